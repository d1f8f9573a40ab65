"""What nova is in the middle of doing with a server, set as if nobody worked on it."""

from typing import Any

from harness.selftest.ground import Ground
from harness.selftest.steps.database import CELL, LONG_AGO, change, select, write


def stick(ground: Ground, server: str, **columns: Any) -> None:
    """Give the row of a server some values, unchanged since long ago."""
    change(ground, "instances", {"uuid": server}, {**columns, "updated_at": LONG_AGO})


def delete_row(ground: Ground, server: str) -> None:
    """Mark the row of a server deleted, and do nothing else of a delete. It stays so."""
    (row,) = select(ground, CELL, "instances", {"uuid": server}, ("id",))
    values = {"deleted": row["id"], "deleted_at": LONG_AGO, "vm_state": "deleted"}
    write(ground, "instances", {"uuid": server}, values)
