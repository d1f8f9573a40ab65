"""What a compute node's tracker row should hold after a full audit.

Sources: nova/compute/resource_tracker.py (_update_available_resource, _update_usage_from_instances,
_update_usage_from_migrations) and nova/db/main/api.py (instances by host and node; migrations in
progress and in error).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from harness.accounting.flavor_usage import Usage, tracked
from harness.accounting.transitions import (
    IDLE_TASKS,
    as_it_is,
    down_hosts,
    evacuated_from,
    in_flight,
    moves_of,
)
from harness.accounting.unfinished_moves import Holding, counted, holdings
from harness.core.rules.invariant import Circumstances
from harness.core.views.snapshot import Snapshot
from harness.sources.hypervisors import ComputeNode
from harness.sources.providers import Provider
from harness.sources.servers import Server

_TOO_MANY = 4096


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
    lying = snapshot["servers"].having("host", node.host)
    servers = [server for server in lying if counted(server, node)]
    holds = list(holdings(node, snapshot))
    unknown = [holding.text for holding in holds if not holding.usages]
    if unknown:
        return Expectation(doubt=unknown[0])
    usages = _sums(provider, servers, holds)
    if len(usages) > _TOO_MANY:
        return Expectation(doubt=f"{len(holds)} moves hold it, each of which may count or not")
    frozen = ""
    unclear = next((f"{item.text}: {item.unclear}" for item in holds if item.unclear), "")
    if not node.up or node.host in down_hosts(snapshot):
        frozen = f"nova-compute on {node.host} does not report, so that its row is frozen"
        usages = _with_evacuated(usages, node, snapshot)
        unclear = unclear or _evacuees_gone(node, snapshot)
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


def _changing(node: ComputeNode, snapshot: Snapshot, circumstances: Circumstances) -> str:
    """Name the servers that are changing on this host, at most three; or say that others lie there
    than when the row was read, which is in the same answer as nova's list of the host's servers."""
    moving = in_flight(snapshot, circumstances)
    listed = snapshot["servers"].by_key()
    now = {server.uuid for server in snapshot["servers"].having("host", node.host)}
    here = now | {migration.server for migration in moves_of(node.host, snapshot)}
    changing = [uuid for uuid in sorted(here) if uuid in moving]
    names = [
        f"server {uuid} is {moving[uuid]}"
        for uuid in changing
        if uuid not in listed or listed[uuid].task not in IDLE_TASKS
    ]
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    if names:
        return ", ".join(names[:3]) + more
    changed = sorted(now ^ set(node.servers))
    return f"server {changed[0]} came or went while it was read" if changed else ""


def proof(node: ComputeNode, snapshot: Snapshot) -> str:
    """Return what a judgement of a row rests on: it, and what is said of all that touches it."""
    servers = sorted(
        f"{server.uuid} {as_it_is(server)}"
        for server in snapshot["servers"].having("host", node.host)
    )
    moves = sorted(
        f"{migration.uuid} {migration.status} {migration.updated}"
        for migration in moves_of(node.host, snapshot)
    )
    row = f"{node.vcpus_used} {node.memory_mb_used} {node.local_gb_used}"
    return "; ".join([row, *servers, *moves])


def _sums(provider: Provider, servers: Sequence[Server], holds: Sequence[Holding]) -> list[Usage]:
    """Return every right sum, or too many: a part that has two right answers doubles them."""
    fixed = Usage()
    for server in servers:
        fixed += tracked(server.flavor, server.boots_from_volume)
    sums = [fixed + base for base in _kept_back(provider)]
    for item in holds:
        if len(sums) <= _TOO_MANY:
            sums = list(dict.fromkeys(total + usage for total in sums for usage in item.usages))
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
    listed = snapshot["servers"].by_key()
    gone = Usage()
    for uuid in _evacuated(node.host, snapshot):
        server = listed.get(uuid)
        if server is not None and server.host != node.host:
            gone += tracked(server.flavor, server.boots_from_volume)
    return usages if gone == Usage() else [*usages, *(usage + gone for usage in usages)]


def _evacuated(host: str, snapshot: Snapshot) -> list[str]:
    """Return the servers that were evacuated from a host."""
    origin = evacuated_from(snapshot)
    moved = dict.fromkeys(migration.server for migration in moves_of(host, snapshot))
    return [uuid for uuid in moved if host in origin.get(uuid, set())]


def _evacuees_gone(node: ComputeNode, snapshot: Snapshot) -> str:
    """Say that what was evacuated from a host has gone or was resized since, so that its row may
    count a flavor that is not known; or "".

    A move takes along all that placement holds for a server, on the failed host too
    (nova/conductor/tasks/migrate.py: replace_allocation_with_migration).
    """
    listed, evacuated = snapshot["servers"].by_key(), _evacuated(node.host, snapshot)
    gone = [uuid for uuid in evacuated if uuid not in listed]
    if gone:
        return f"its row may still count {len(gone)} evacuated and since deleted"
    moved = [uuid for uuid in evacuated if listed[uuid].host != node.host]
    resized = [uuid for uuid in moved if not _holds(uuid, node, snapshot)]
    return f"its row may still count {len(resized)} evacuated and since resized" if resized else ""


def _holds(consumer: str, node: ComputeNode, snapshot: Snapshot) -> bool:
    held = snapshot["allocations"].having("consumer", consumer)
    return any(item.provider_name == node.node for item in held)


def _reasons(provider: Provider, servers: Sequence[Server], holds: Sequence[Holding]) -> str:
    kept = _kept_back(provider)[0]
    parts = [f"{kept.vcpus} vCPUs, {kept.memory_mb} MB and {kept.disk_gb} GB kept back"]
    parts.append(f"{len(servers)} server{'' if len(servers) == 1 else 's'}")
    parts += [holding.text for holding in holds]
    return " + ".join(parts)
