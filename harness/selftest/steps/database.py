"""Rows of the lab's databases, changed where no API would do it."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from urllib.parse import unquote, urlsplit

from harness.selftest.ground import Ground, PlantFailed, undo

CELL = "nova_cell1"
CELLS = ("nova_cell0", CELL)
"""Where nova keeps its services: those of no cell are in the first."""
LONG_AGO = "2020-01-01 00:00:00"
Values = Mapping[str, Any]
"""column -> value"""
_PLAIN = re.compile(r"[a-z_0-9]+")


@undo
def row_is_back(ground: Ground, database: str, table: str, where: Values, values: Values) -> None:
    """Give a row the values that it had; nothing where it is gone."""
    _change(ground, database, table, where, values)


@undo
def row_is_gone(ground: Ground, database: str, table: str, where: Values) -> None:
    """Delete rows."""
    with cursor(ground, database) as rows:
        rows.execute(
            f"delete from {_name(table)} where {_pairs(where, ' and ')}", tuple(where.values())
        )


def select(
    ground: Ground, database: str, table: str, where: Values, columns: tuple[str, ...]
) -> list[dict[str, Any]]:
    """Return the rows that match, column -> value."""
    names = ", ".join(map(_name, columns))
    with cursor(ground, database) as rows:
        rows.execute(
            f"select {names} from {_name(table)} where {_pairs(where, ' and ')}",
            tuple(where.values()),
        )
        return [dict(zip(columns, row, strict=True)) for row in rows.fetchall()]


def change(ground: Ground, table: str, where: Values, values: Values, database: str = CELL) -> None:
    """Change the one row that matches; it gets its old values when the plant is removed."""
    rows = select(ground, database, table, where, tuple(values))
    if len(rows) != 1:
        raise PlantFailed(f"{len(rows)} rows of {table} match, one was expected")
    before = {
        name: str(value) if isinstance(value, datetime) else value
        for name, value in rows[0].items()
    }
    ground.will(row_is_back, database=database, table=table, where=where, values=before)
    _change(ground, database, table, where, values)


def insert(ground: Ground, table: str, where: Values, values: Values, database: str) -> None:
    """Insert a row of ``where`` and ``values``; ``where`` tells it from all others."""
    ground.will(row_is_gone, database=database, table=table, where=where)
    row = {**where, **values}
    names, marks = ", ".join(map(_name, row)), ", ".join("%s" for _ in row)
    with cursor(ground, database) as rows:
        rows.execute(f"insert into {_name(table)} ({names}) values ({marks})", tuple(row.values()))


def write(ground: Ground, table: str, where: Values, values: Values, database: str = CELL) -> None:
    """Change rows for good: only where the undoing of another step puts them right."""
    _change(ground, database, table, where, values)


def _change(ground: Ground, database: str, table: str, where: Values, values: Values) -> None:
    with cursor(ground, database) as rows:
        rows.execute(
            f"update {_name(table)} set {_pairs(values, ', ', '=')} where {_pairs(where, ' and ')}",
            (*values.values(), *where.values()),
        )


def _pairs(values: Values, between: str, sign: str = "<=>") -> str:
    """Return "column = value" for each; ``<=>`` is = for which null is null."""
    return between.join(f"{_name(column)} {sign} %s" for column in values)


def _name(word: str) -> str:
    """Return a table's or column's name; it is no place for anything else."""
    if not _PLAIN.fullmatch(word):
        raise PlantFailed(f"{word!r} cannot name a table or a column")
    return f"`{word}`"


@contextmanager
def cursor(ground: Ground, database: str) -> Iterator[Any]:
    """A cursor of one of the lab's databases."""
    if ground.lab is None:
        raise PlantFailed("only a lab's databases are written to")
    try:
        import pymysql
    except ImportError as error:
        raise PlantFailed(f"{error}: pip install 'harness[lab]'") from error
    url = urlsplit(ground.lab.database_urls[database])
    try:
        with (
            pymysql.connect(
                host=url.hostname,
                port=url.port or 3306,
                user=url.username,
                password=unquote(url.password or ""),
                database=url.path.lstrip("/"),
                autocommit=True,
            ) as connection,
            connection.cursor() as cursor,
        ):
            yield cursor
    except pymysql.MySQLError as error:
        raise PlantFailed(f"the database {database}: {error}") from error
