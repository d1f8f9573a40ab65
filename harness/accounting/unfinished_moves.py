"""What a compute node's tracker counts for servers that move, beside the servers that lie there.

Source: nova/compute/resource_tracker.py (_update_usage_from_migrations). For each server nova takes
the migration of this node that changed last. It counts the new flavor where the server comes to
and the old one where it comes from, unless it counts the server itself there already; on one node
it counts the other flavor as well. Only a resize has two flavors, and the API tells the server's
present one alone. What placement holds for the move and for the server tells the other, unless
nova's database does.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from harness.accounting.flavor_usage import Usage, overridden, tracked
from harness.accounting.stored import old_flavors
from harness.core.views.snapshot import Snapshot, once_for_each_snapshot
from harness.sources.hypervisors import ComputeNode
from harness.sources.migrations import Migration
from harness.sources.servers import Server

_BEFORE = frozenset({"resize_prep", "resize_migrating"})
_AFTER = frozenset({"resize_migrated", "resize_finish"})
_REBUILD = frozenset({"rebuilding", "rebuild_block_device_mapping", "rebuild_spawning"})
_WAITING = frozenset({"finished", "confirming", "reverting"})


@dataclass(frozen=True)
class Holding:
    """What a move of ``server`` holds of a node, in words: any of ``usages``, unknown where none.

    ``unclear``: why ``usages`` may all be wrong, or "".
    """

    server: str
    text: str
    usages: tuple[Usage, ...] = ()
    unclear: str = ""


def counted(server: Server, node: ComputeNode) -> bool:
    """Tell whether the audit of ``node`` counts a server (nova/compute/vm_states.py)."""
    if (server.host, server.node) != (node.host, node.node) or server.vm_state == "deleted":
        return False
    return server.vm_state != "shelved_offloaded" or server.task == "spawning"


def holdings(node: ComputeNode, snapshot: Snapshot) -> Iterator[Holding]:
    """Yield what moves hold of a node; one that holds nothing is left out."""
    servers, moves = snapshot["servers"].by_key(), _moves(snapshot)
    for uuid in _touching(snapshot).get((node.host, node.node), ()):
        theirs = moves[uuid]
        server, last = servers[uuid], max(item.updated for item in theirs)
        here = [item for item in theirs if _incoming(item, node) or _outbound(item, node)]
        newest = [item for item in here if item.updated == max(i.updated for i in here)]
        held = [_held(item, server, node, snapshot) for item in newest]
        sure = len([item for item in theirs if item.updated == last]) == 1
        if server.vm_state == "resized" and sure and _ends_waiting(theirs, last):
            held = [item for item, move in zip(held, newest, strict=True) if move.updated == last]
        elif held and not (sure and newest[0].updated == last and newest[0].moving):
            held.append(Holding(uuid, held[0].text, (Usage(),)))
        yield from _joined(held)


@once_for_each_snapshot
def _moves(snapshot: Snapshot) -> Mapping[str, list[Migration]]:
    """Return server uuid -> its moves, for each server whose moves nova counts."""
    servers = snapshot["servers"].by_key()
    found: dict[str, list[Migration]] = {}
    for migration in snapshot["migrations"]:
        server = servers.get(migration.server)
        if migration.status != "done" and server is not None and _between(server):
            found.setdefault(migration.server, []).append(migration)
    return found


@once_for_each_snapshot
def _touching(snapshot: Snapshot) -> Mapping[tuple[str, str], dict[str, None]]:
    """Return host and node -> the servers of which a counted move begins or ends there."""
    found: dict[tuple[str, str], dict[str, None]] = {}
    for uuid, moves in _moves(snapshot).items():
        for move in moves:
            found.setdefault((move.source_host, move.source_node), {})[uuid] = None
            found.setdefault((move.dest_host, move.dest_node), {})[uuid] = None
    return found


def _between(server: Server) -> bool:
    """Tell whether nova counts a server's moves (_instance_in_resize_state and
    _instance_is_live_migrating)."""
    if server.vm_state == "resized":
        return True
    if server.task == "migrating":
        return server.vm_state in ("active", "paused")
    return server.vm_state in ("active", "stopped") and server.task in _BEFORE | _AFTER | _REBUILD


def _ends_waiting(moves: list[Migration], last: str) -> bool:
    """Tell whether a resized server waits for its last move. Nova then passes over all others,
    since they are not the one in the server's migration context."""
    return any(item.updated == last and item.status in _WAITING for item in moves)


def _incoming(migration: Migration, node: ComputeNode) -> bool:
    return (migration.dest_host, migration.dest_node) == (node.host, node.node)


def _outbound(migration: Migration, node: ComputeNode) -> bool:
    return (migration.source_host, migration.source_node) == (node.host, node.node)


def _joined(held: list[Holding]) -> Iterator[Holding]:
    """Make one holding of those of which nova counts one, without saying which."""
    if not held or all(item.usages == (Usage(),) for item in held):
        return
    known = all(item.usages for item in held)
    yield Holding(
        held[0].server,
        next((item.text for item in held if not item.usages), held[0].text),
        tuple(dict.fromkeys(usage for item in held for usage in item.usages)) if known else (),
        next((item.unclear for item in held if item.unclear), ""),
    )


def _held(migration: Migration, server: Server, node: ComputeNode, snapshot: Snapshot) -> Holding:
    """Return what nova counts for a move, if it counts that one."""
    come, go = _incoming(migration, node), _outbound(migration, node)
    text = f"the {_state(migration)} {migration.kind} of server {server.uuid}"
    if counted(server, node) and not (come and go):
        return Holding(server.uuid, text, (Usage(),))
    if migration.kind != "resize":
        return Holding(server.uuid, text, (tracked(server.flavor, server.boots_from_volume),))
    old = old_flavors(snapshot).get(server.uuid)
    if old is not None and go and migration.status in ("finished", "confirming"):
        return Holding(server.uuid, text, (tracked(old, server.boots_from_volume),))
    consumers = _holders(migration, server, come, go)
    found = [_allocated(uuid, node, snapshot) for uuid in consumers]
    if not found:
        return Holding(server.uuid, f"{text}: which flavor it holds cannot be seen")
    if not all(found):
        which = "new" if server.task in _BEFORE else "old"
        why = f"holds no allocation, so that its {which} flavor is unknown"
        return Holding(server.uuid, f"{text} {why}")
    usages = dict.fromkeys(usage for held in found for usage in _of_flavor(held))
    return Holding(server.uuid, text, tuple(usages), _unclear(found, snapshot))


def _state(migration: Migration) -> str:
    return {"finished": "unconfirmed", "error": "failed"}.get(migration.status, migration.status)


def _holders(migration: Migration, server: Server, come: bool, go: bool) -> tuple[str, ...]:
    """Return the consumers of which one holds the flavor that the API does not tell; none where
    nobody surely does.

    The move's uuid holds the old flavor on the source, the server's the new one on the destination
    (nova/conductor/tasks/migrate.py). The server has the new flavor from ``resize_finish`` on. Of a
    move that failed the server has got its old allocation back.
    """
    if server.vm_state == "resized":
        return (migration.uuid,) if go and migration.status != "reverting" else ()
    if come and migration.status == "error":
        return ()
    if come and go:
        both = (server.uuid, migration.uuid)
        early = both[:1] if server.task in _BEFORE | {"resize_migrated"} else ()
        return both if server.task == "resize_finish" else early
    if come:
        return (server.uuid,) if server.task in _BEFORE else ()
    return (migration.uuid,) if server.task in _AFTER else ()


@once_for_each_snapshot
def _node_names(snapshot: Snapshot) -> frozenset[str]:
    return frozenset(node.node for node in snapshot["hypervisors"])


def _allocated(consumer: str, node: ComputeNode, snapshot: Snapshot) -> dict[str, int]:
    """Sum what a consumer holds of a node and of providers that are no node (shared disk)."""
    nodes = _node_names(snapshot)
    total: dict[str, int] = {}
    for allocation in snapshot["allocations"].having("consumer", consumer):
        if allocation.provider_name == node.node or allocation.provider_name not in nodes:
            for name, amount in allocation.resources.items():
                total[name] = total.get(name, 0) + amount
    return total


def _of_flavor(held: Mapping[str, int]) -> Iterator[Usage]:
    """Yield what the tracker may count for what placement holds.

    Placement ceils swap to whole GB where the tracker floors it, and adds a CPU for emulator
    threads that are isolated.
    """
    vcpus = held.get("VCPU", 0) + held.get("PCPU", 0)
    disk = held.get("DISK_GB", 0)
    for cpus in (vcpus, vcpus - 1) if "PCPU" in held else (vcpus,):
        for gb in (disk, disk - 1) if disk else (0,):
            yield Usage(cpus, held.get("MEMORY_MB", 0), gb)


def _unclear(found: list[dict[str, int]], snapshot: Snapshot) -> str:
    """Say why what placement holds may not be the sizes of the flavor, or "".

    ``resources:`` extra specs change what it holds. A flavor that is not seen is trusted to have
    none where nothing seen has any.
    """
    whole = all("MEMORY_MB" in held and {"VCPU", "PCPU"} & set(held) for held in found)
    if whole and not any(overridden(server.flavor) for server in snapshot["servers"]):
        return ""
    return "its flavors have resources: of their own, so that placement does not tell their sizes"
