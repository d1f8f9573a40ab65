"""The resource tracker's row of a compute node."""

from harness.selftest.ground import Ground, PlantFailed, undo
from harness.selftest.steps.database import CELL, change, cursor, select


@undo
def trigger_is_gone(ground: Ground, name: str) -> None:
    """Drop a trigger of the cell's database."""
    with cursor(ground, CELL) as rows:
        rows.execute(f"drop trigger if exists `{_plain(name)}`")


def shift(ground: Ground, host: str, column: str, by: int) -> None:
    """Make the row of a host count ``by`` more, or less, than it does."""
    where = {"host": host, "deleted": 0}
    (row,) = select(ground, CELL, "compute_nodes", where, (column,))
    change(ground, "compute_nodes", where, {column: row[column] + by})


def keep_wrong(ground: Ground, host: str, column: str, by: int) -> None:
    """Make the row of a host count ``by`` more than it does, whatever audits write."""
    shift(ground, host, column, by)
    where = {"host": host, "deleted": 0}
    (row,) = select(ground, CELL, "compute_nodes", where, ("id", column))
    name = _plain(ground.name("trigger").replace("-", "_"))
    ground.will(trigger_is_gone, name=name)
    with cursor(ground, CELL) as rows:
        rows.execute(
            f"create trigger `{name}` before update on compute_nodes for each row "
            f"set new.`{_plain(column)}` = if(new.id = %s, %s, new.`{_plain(column)}`)",
            (row["id"], row[column]),
        )


def _plain(word: str) -> str:
    """Return a name that is no more than a name."""
    if not word.replace("_", "").isalnum():
        raise PlantFailed(f"{word!r} cannot name anything in a database")
    return word
