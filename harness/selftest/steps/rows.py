"""Rows of nova's database that no API makes or shows."""

import uuid

from harness.selftest.ground import Ground, undo
from harness.selftest.steps.database import CELL, LONG_AGO, change, cursor, insert

_TRIGGER = "selftest_frozen"
_NODE = {
    "vcpus": 2,
    "memory_mb": 1024,
    "local_gb": 10,
    "vcpus_used": 0,
    "memory_mb_used": 512,
    "local_gb_used": 0,
    "hypervisor_type": "QEMU",
    "hypervisor_version": 7002022,
    "cpu_info": "{}",
    "deleted": 0,
    "created_at": LONG_AGO,
}


@undo
def compute_nodes_thaw(ground: Ground) -> None:
    """Let nova save its audits again."""
    with cursor(ground, CELL) as rows:
        rows.execute(f"drop trigger if exists {_TRIGGER}")


def freeze_compute_node(ground: Ground, node: str) -> None:
    """Keep a compute node's row as it was long ago: nova may write to it, and it does not tell."""
    change(ground, "compute_nodes", {"uuid": node}, {"updated_at": LONG_AGO})
    ground.will(compute_nodes_thaw)
    with cursor(ground, CELL) as rows:
        rows.execute(
            f"create trigger {_TRIGGER} before update on compute_nodes for each row set "
            "new.updated_at = if(old.uuid = %s, %s, new.updated_at), "
            "new.stats = if(old.uuid = %s, old.stats, new.stats)",
            (node, LONG_AGO, node),
        )


def new_compute_node(ground: Ground) -> tuple[str, str]:
    """Make the row of a compute node whose host has no service; returns its uuid and its host."""
    node, host = str(uuid.uuid4()), ground.name("host")
    values = {**_NODE, "host": host, "hypervisor_hostname": host}
    insert(ground, "compute_nodes", {"uuid": node}, values, CELL)
    return node, host


def new_move(ground: Ground, server: str, source: str, dest: str, status: str) -> str:
    """Make the row of a cold migration; returns its uuid."""
    move = str(uuid.uuid4())
    values = {
        "instance_uuid": server,
        "migration_type": "migration",
        "status": status,
        "source_compute": source,
        "source_node": source,
        "dest_compute": dest,
        "dest_node": dest,
        "hidden": 0,
        "deleted": 0,
        "created_at": LONG_AGO,
    }
    insert(ground, "migrations", {"uuid": move}, values, CELL)
    return move
