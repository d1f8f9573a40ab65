"""The resource tracker's row of a compute node."""

from harness.selftest.ground import Ground
from harness.selftest.steps.database import CELL, change, select


def shift(ground: Ground, host: str, column: str, by: int) -> None:
    """Make the row of a host count ``by`` more, or less, than it does."""
    where = {"host": host, "deleted": 0}
    (row,) = select(ground, CELL, "compute_nodes", where, (column,))
    change(ground, "compute_nodes", where, {column: row[column] + by})
