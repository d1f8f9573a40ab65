"""What nova's database of a small cloud holds, as it follows from what the API tells."""

from collections.abc import Iterable
from typing import Any

from msgspec.structs import replace

from harness.sources.hypervisors import ComputeNode
from harness.sources.migrations import Migration
from harness.sources.nova_compute_nodes import StoredNode
from harness.sources.nova_instances import StoredInstance
from harness.sources.nova_migrations import StoredMigration
from harness.sources.servers import Server

CELL = "nova_cell1"
AUDITED = "2026-11-23T19:59:50"
VIEWS = ("nova_compute_nodes", "nova_instances", "nova_migrations")
_UPTIME = {"uptime": " 19:59:50 up 3 days"}


def stored_node(node: ComputeNode, **changes: Any) -> StoredNode:
    """Return the row of a compute node, written by the last audit."""
    row = StoredNode(
        CELL,
        node.uuid,
        node.host,
        node.node,
        node.vcpus,
        node.vcpus_used,
        node.memory_mb,
        node.memory_mb_used,
        node.local_gb,
        node.local_gb_used,
        node.running_vms,
        node.disk_available_least,
        AUDITED,
        _UPTIME,
    )
    return replace(row, **changes)


def stored_instance(server: Server, **changes: Any) -> StoredInstance:
    """Return the row of a server."""
    row = StoredInstance(
        CELL,
        server.uuid,
        server.name,
        server.project,
        server.host,
        server.node,
        server.vm_state,
        server.task,
        server.flavor.vcpus,
        server.flavor.ram,
        server.flavor.disk + server.flavor.ephemeral,
        server.updated.removesuffix("Z"),
        False,
    )
    return replace(row, **changes)


def stored_migration(move: Migration, **changes: Any) -> StoredMigration:
    """Return the row of a move."""
    row = StoredMigration(
        CELL,
        move.uuid,
        move.server,
        move.kind,
        move.status,
        move.source_host,
        move.source_node,
        move.dest_host,
        move.dest_node,
        move.updated.removesuffix("Z"),
        False,
    )
    return replace(row, **changes)


def rows(
    nodes: Iterable[ComputeNode],
    servers: Iterable[Server],
    moves: Iterable[Migration],
    audited: str,
) -> dict[str, tuple[Any, ...]]:
    """Return what the database holds where nothing is lost; ``audited`` is when audits were."""
    return {
        "nova_compute_nodes": tuple(stored_node(node, updated=audited) for node in nodes),
        "nova_instances": tuple(map(stored_instance, servers)),
        "nova_migrations": tuple(map(stored_migration, moves)),
    }
