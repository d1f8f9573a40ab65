"""What nova is in the middle of doing with a server, set as if nobody worked on it."""

from typing import Any

from harness.selftest.ground import Ground
from harness.selftest.steps.database import CELL, LONG_AGO, change, row_is_gone, select, write


def stick(ground: Ground, server: str, **columns: Any) -> None:
    """Give the row of a server some values, unchanged since long ago. A row that is deleted
    meanwhile keeps what it has.
    """
    where = {"uuid": server, "deleted": 0}
    change(ground, "instances", where, {**columns, "updated_at": LONG_AGO})


def forget_remains(ground: Ground, server: str) -> None:
    """Write down that what nova writes of a server after its delete must go.

    A delete that is resumed and ordered once more leaves a half of a row, and with that nova cannot
    list deleted servers any more: HTTP 500, InstanceNotFound (nova/objects/instance.py:
    _load_flavor). To be called before anything that would be undone after it.
    """
    where = {"instance_uuid": server, "deleted": 0, "flavor": None}
    ground.will(row_is_gone, database=CELL, table="instance_extra", where=where)


def delete_row(ground: Ground, server: str) -> None:
    """Mark the row of a server deleted, and do nothing else of a delete. It stays so."""
    (row,) = select(ground, CELL, "instances", {"uuid": server}, ("id",))
    values = {"deleted": row["id"], "deleted_at": LONG_AGO, "vm_state": "deleted"}
    write(ground, "instances", {"uuid": server}, values)
