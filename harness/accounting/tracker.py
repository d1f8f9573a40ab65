"""What a compute node's tracker row should hold after a full audit.

Sources: nova/compute/resource_tracker.py (_update_available_resource, _update_usage_from_instances,
_update_usage_from_migrations) and nova/db/main/api.py (instances by host and node; migrations in
progress and in error).
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from harness.accounting.flavor_usage import Usage, tracked
from harness.accounting.transitions import down_hosts, evacuated_from, in_flight
from harness.core.invariant import Circumstances
from harness.core.snapshot import Snapshot
from harness.sources.hypervisors import ComputeNode
from harness.sources.migrations import Migration
from harness.sources.providers import Provider
from harness.sources.servers import Server


@dataclass(frozen=True)
class Expectation:
    """What the row should say: any of ``usages``, explained by ``reasons``.

    ``doubt`` says why nothing can be expected, or is ""; ``passing`` whether that ends by itself.
    ``unclear``: why a wrong row means nothing, or "". ``frozen``: why no audit will mend one, or
    "". ``disk_unknown``: why a wrong disk within ``disk_between`` (least and most, in GB) means
    nothing, or "".
    """

    usages: tuple[Usage, ...] = ()
    reasons: str = ""
    doubt: str = ""
    passing: bool = False
    unclear: str = ""
    frozen: str = ""
    disk_unknown: str = ""
    disk_between: tuple[float, float] = (0, 0)


def expect(node: ComputeNode, snapshot: Snapshot, circumstances: Circumstances) -> Expectation:
    """Return what the tracker row of ``node`` should hold, or why that cannot be said."""
    provider = snapshot["providers"].by_key().get(node.uuid)
    missing = _missing(provider)
    if provider is None or missing:
        return Expectation(
            doubt=f"placement has no {missing} for it, which tells what nova keeps back"
        )
    changing = _changing(node, snapshot, circumstances)
    if changing:
        return Expectation(doubt=f"in flight there: {changing}", passing=True)
    servers = [server for server in snapshot["servers"] if counted(server, node)]
    holds = list(_holdings(node, snapshot))
    unknown = [text for text, usages in holds if not usages]
    if unknown:
        return Expectation(doubt=unknown[0])
    usages = _sums(provider, servers, [usages for _, usages in holds])
    frozen, unclear = "", ""
    if not node.up or node.host in down_hosts(snapshot):
        frozen = f"nova-compute on {node.host} does not report, so that its row is frozen"
        usages, unclear = _with_evacuated(usages, node, snapshot), _evacuees_gone(node, snapshot)
    disks = [usage.disk_gb for usage in usages]
    least = min(disks) - max(_reserved(provider, "DISK_GB") - 1, 0)
    return Expectation(
        tuple(usages),
        _reasons(provider, servers, holds),
        unclear=unclear,
        frozen=frozen,
        disk_unknown=_disk_unknown(provider),
        disk_between=(least, max(disks) if "DISK_GB" in provider.inventories else math.inf),
    )


def _missing(provider: Provider | None) -> str:
    """Name what placement lacks that every host's provider has, or ""."""
    if provider is None:
        return "resource provider"
    if not {"VCPU", "PCPU"} & set(provider.inventories):
        return "inventory of VCPU or PCPU"
    return "" if "MEMORY_MB" in provider.inventories else "inventory of MEMORY_MB"


def _disk_unknown(provider: Provider) -> str:
    """Say why the disk that nova keeps back is not known, or ""."""
    if "DISK_GB" not in provider.inventories:
        return "its disk is a sharing provider's, which does not tell what nova keeps back"
    if _reserved(provider, "DISK_GB") > 1:
        return (
            "placement keeps disk back, of which a part may be for images "
            "([workarounds]reserve_disk_resource_for_image_cache) that the tracker does not count"
        )
    return ""


def counted(server: Server, node: ComputeNode) -> bool:
    """Tell whether the audit of ``node`` counts a server (nova/compute/vm_states.py)."""
    if (server.host, server.node) != (node.host, node.node) or server.vm_state == "deleted":
        return False
    return server.vm_state != "shelved_offloaded" or server.task == "spawning"


def _changing(node: ComputeNode, snapshot: Snapshot, circumstances: Circumstances) -> str:
    """Name the servers that are changing on this host, at most three."""
    moving = in_flight(snapshot, circumstances)
    here = {server.uuid for server in snapshot["servers"] if server.host == node.host}
    here |= {m.server for m in snapshot["migrations"] if m.moving and node.host in m.hosts}
    names = [f"server {uuid} is {moving[uuid]}" for uuid in sorted(here & set(moving))]
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    return ", ".join(names[:3]) + more


def _holdings(node: ComputeNode, snapshot: Snapshot) -> Iterator[tuple[str, tuple[Usage, ...]]]:
    """Yield what moves that wait for a confirmation hold on their source: text and right answers.

    The API does not tell the old flavor; placement does, since the migration holds its allocation.
    Nothing held there means that the old flavor is unknown: no right answer.
    """
    servers = snapshot["servers"].by_key()
    for migration in snapshot["migrations"]:
        server = servers.get(migration.server)
        if (migration.source_host, migration.source_node) != (node.host, node.node):
            continue
        if server is None or server.vm_state != "resized":
            continue
        if migration.status == "finished":
            yield _held(migration, node, snapshot)
        elif migration.status == "error" and not _newer(migration, snapshot):
            yield f"server {server.uuid} is resized by a migration that failed", ()


def _newer(migration: Migration, snapshot: Snapshot) -> bool:
    return any(
        other.server == migration.server and other.updated > migration.updated
        for other in snapshot["migrations"]
    )


def _held(
    migration: Migration, node: ComputeNode, snapshot: Snapshot
) -> tuple[str, tuple[Usage, ...]]:
    text = f"the unconfirmed {migration.kind} of server {migration.server}"
    for allocation in snapshot["allocations"]:
        if allocation.consumer == migration.uuid and allocation.provider == node.uuid:
            return text, _of_old_flavor(allocation.resources)
    return f"{text} holds no allocation, so that its old flavor is unknown", ()


def _of_old_flavor(held: Mapping[str, int]) -> tuple[Usage, ...]:
    """Return what the tracker may count for what placement holds.

    Placement ceils swap to whole GB where the tracker floors it, and adds a CPU for emulator
    threads that are isolated.
    """
    vcpus = held.get("VCPU", 0) + held.get("PCPU", 0)
    disk = held.get("DISK_GB", 0)
    return tuple(
        Usage(cpus, held.get("MEMORY_MB", 0), gb)
        for cpus in ((vcpus, vcpus - 1) if "PCPU" in held else (vcpus,))
        for gb in ((disk, disk - 1) if disk else (0,))
    )


def _sums(
    provider: Provider, servers: Sequence[Server], holds: Sequence[tuple[Usage, ...]]
) -> list[Usage]:
    """Return every right sum: a part that has two right answers doubles them."""
    fixed = Usage()
    for server in servers:
        fixed += tracked(server.flavor, server.boots_from_volume)
    sums = [fixed + base for base in _kept_back(provider)]
    for answers in holds:
        sums = list(dict.fromkeys(total + answer for total in sums for answer in answers))
    return sums


def _kept_back(provider: Provider) -> tuple[Usage, ...]:
    """Return what nova keeps back for the host, as placement tells it.

    The tracker floors reserved_host_disk_mb to whole GB where placement ceils it, so that the disk
    has two right answers unless it is 0.
    """
    cpus, memory = _reserved(provider, "VCPU"), _reserved(provider, "MEMORY_MB")
    disk = _reserved(provider, "DISK_GB")
    return tuple(Usage(cpus, memory, gb) for gb in ((disk, disk - 1) if disk else (0,)))


def _reserved(provider: Provider, name: str) -> int:
    inventory = provider.inventories.get(name)
    return inventory.reserved if inventory else 0


def _with_evacuated(usages: list[Usage], node: ComputeNode, snapshot: Snapshot) -> list[Usage]:
    """A host that is down never audits: its row may still hold what was evacuated from it."""
    origin = evacuated_from(snapshot)
    gone = Usage()
    for server in snapshot["servers"]:
        if node.host in origin.get(server.uuid, set()) and server.host != node.host:
            gone += tracked(server.flavor, server.boots_from_volume)
    return usages if gone == Usage() else [*usages, *(usage + gone for usage in usages)]


def _evacuees_gone(node: ComputeNode, snapshot: Snapshot) -> str:
    """Say that what was evacuated from a host has gone since, so that its flavor is not known."""
    listed = snapshot["servers"].by_key()
    origin = evacuated_from(snapshot)
    gone = [uuid for uuid, hosts in origin.items() if node.host in hosts and uuid not in listed]
    return f"its row may still count {len(gone)} evacuated and since deleted" if gone else ""


def _reasons(
    provider: Provider, servers: Sequence[Server], holds: Sequence[tuple[str, object]]
) -> str:
    kept = _kept_back(provider)[0]
    parts = [f"{kept.vcpus} vCPUs, {kept.memory_mb} MB and {kept.disk_gb} GB kept back"]
    parts.append(f"{len(servers)} server{'' if len(servers) == 1 else 's'}")
    parts += [text for text, _ in holds]
    return " + ".join(parts)
