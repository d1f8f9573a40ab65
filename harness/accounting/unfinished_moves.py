"""What a move that is not over makes the tracker count beside the servers that lie on a node.

Sources: nova/compute/resource_tracker.py (_instance_in_resize_state, _instance_is_live_migrating,
_update_usage_from_migrations, _update_usage_from_migration).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from harness.accounting.flavor_usage import Usage, tracked
from harness.accounting.transitions import moves_of
from harness.core.snapshot import Snapshot
from harness.sources.hypervisors import ComputeNode
from harness.sources.migrations import Migration
from harness.sources.servers import Server

_RESIZING = frozenset({"resize_prep", "resize_migrating", "resize_migrated", "resize_finish"})
_REBUILDING = frozenset({"rebuilding", "rebuild_block_device_mapping", "rebuild_spawning"})
_SAME_FLAVOR = frozenset({"live-migration", "evacuation"})


@dataclass(frozen=True)
class Holding:
    """What one move adds on a node: any of ``usages``; none where nothing tells its size."""

    text: str
    usages: tuple[Usage, ...]


def counted(server: Server, node: ComputeNode) -> bool:
    """Tell whether the audit of ``node`` counts a server (nova/compute/vm_states.py)."""
    if (server.host, server.node) != (node.host, node.node) or server.vm_state == "deleted":
        return False
    return server.vm_state != "shelved_offloaded" or server.task == "spawning"


def holdings(node: ComputeNode, snapshot: Snapshot) -> Iterator[Holding]:
    """Yield what the newest move of each moved server adds on a node where it touches it.

    Nova keeps the newest by its last change among those of the node, whatever has become of it:
    failed ones count as well.
    """
    servers = snapshot["servers"].by_key()
    newest: dict[str, Migration] = {}
    for migration in moves_of(node.host, snapshot):
        if migration.status == "done" or (node.host, node.node) not in _ends(migration):
            continue
        known = newest.setdefault(migration.server, migration)
        if migration.updated > known.updated:
            newest[migration.server] = migration
    for uuid, migration in newest.items():
        server = servers.get(uuid)
        if server is not None and _is_moved(server):
            yield from _of(migration, server, node, snapshot)


def _ends(migration: Migration) -> tuple[tuple[str, str], tuple[str, str]]:
    source = (migration.source_host, migration.source_node)
    return source, (migration.dest_host, migration.dest_node)


def _is_moved(server: Server) -> bool:
    """Tell whether nova takes a server to be in a resize or a live migration."""
    if server.vm_state == "resized":
        return True
    if server.task == "migrating":
        return server.vm_state in ("active", "paused")
    return server.vm_state in ("active", "stopped") and server.task in _RESIZING | _REBUILDING


def _of(
    migration: Migration, server: Server, node: ComputeNode, snapshot: Snapshot
) -> Iterator[Holding]:
    source, dest = _ends(migration)
    here = (node.host, node.node)
    if source == dest:
        holder = migration.uuid if server.vm_state == "resized" else server.uuid
    elif counted(server, node):
        return
    else:
        holder = migration.uuid if source == here else server.uuid
    text = _named(migration)
    if migration.kind in _SAME_FLAVOR or (holder == server.uuid and server.vm_state == "resized"):
        usages: tuple[Usage, ...] = (tracked(server.flavor, server.boots_from_volume),)
    else:
        usages = _told_by_placement(holder, node, snapshot)
        text = text if usages else f"{text} holds no allocation, so that its flavor is unknown"
    if migration.status == "error" and usages:
        usages = (Usage(), *usages)  # not counted where the server remembers another move
    yield Holding(text, usages)


def _named(migration: Migration) -> str:
    words = {"finished": "unconfirmed", "error": "failed"}
    return f"the {words.get(migration.status, migration.status)} {migration.kind} of server " + (
        migration.server
    )


def _told_by_placement(consumer: str, node: ComputeNode, snapshot: Snapshot) -> tuple[Usage, ...]:
    """The API does not tell the other flavor of a move; its allocation does."""
    for allocation in snapshot["allocations"].having("consumer", consumer):
        if allocation.provider == node.uuid:
            return _of_flavor(allocation.resources)
    return ()


def _of_flavor(held: Mapping[str, int]) -> tuple[Usage, ...]:
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
