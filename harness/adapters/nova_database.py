"""Nova's own databases, one for each cell: read, never written, and within a time limit.

Each look is one transaction of a connection of its own that the server itself keeps from writing,
so that its rows are of one moment and no connection waits between two looks.
"""

import json
import math
import sqlite3
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import quote

from sqlalchemy import URL, Connection, Engine, create_engine, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError
from sqlalchemy.pool import NullPool

from harness.core.answers.bodies import in_short
from harness.core.ports import HostReply
from harness.core.redaction import NOTHING, Secrets

_READ_ONLY = {
    "mysql": "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY",
    "mariadb": "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY",
    "postgresql": "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY",
    "sqlite": "PRAGMA query_only = ON",
}
"""dialect -> what makes the transaction that begins unable to write."""
_FILE = "sqlite"
"""What no nova is run on: databases of tests, in a file."""
_LIMITS: Mapping[str, Mapping[str, float]] = {
    "pymysql": {"connect_timeout": 1.0, "read_timeout": 1.0, "write_timeout": 1.0},
    "mysqldb": {"connect_timeout": 1.0, "read_timeout": 1.0, "write_timeout": 1.0},
    "psycopg": {"connect_timeout": 1.0},
    "psycopg2": {"connect_timeout": 1.0},
}
"""driver -> its options for time limits, as parts of the whole. Others are cut off from outside."""
_EXAMPLE = "mysql+pymysql://USER@HOST/nova_cell1?read_default_file=FILE"
"""Without a password: what is shown has none, not even one that stands for one."""
_PASSWORDS = ("password", "passwd")
RECENT = timedelta(hours=1)
_LONGEST = 300


def checked(url: str) -> URL:
    """Return a SQLAlchemy URL that can be used. Raises ValueError, with one line that does not hold
    the URL, where it is none, it is of no database that nova runs on and that can be kept from
    being written, or a driver is missing."""
    try:
        made = make_url(url)
    except (ArgumentError, ValueError):
        raise ValueError(f"it is no SQLAlchemy URL; expected e.g. {_EXAMPLE}") from None
    servers = sorted({*_READ_ONLY} - {_FILE})
    if made.get_backend_name() not in servers:
        raise ValueError(f"expected one of {', '.join(servers)}, e.g. {_EXAMPLE}")
    if not made.database:
        raise ValueError(f"it names no database; expected e.g. {_EXAMPLE}")
    try:
        _engine(made, 1.0).dispose()
    except NoSuchModuleError as error:
        raise ValueError(f"SQLAlchemy has no such driver: {error}") from None
    except ImportError as error:
        raise ValueError(f"its driver is not installed: {error}") from None
    return made


def passwords(url: str) -> tuple[str, ...]:
    """Return the passwords of a URL, as they stand in it and as they are; none where it is none."""
    try:
        made = make_url(url)
    except (ArgumentError, ValueError):
        return ()
    found = [str(made.password)] if made.password else []
    for name in _PASSWORDS:
        value = made.query.get(name, ())
        found += [value] if isinstance(value, str) else list(value)
    return tuple(found)


def names(urls: Sequence[URL]) -> tuple[str, ...]:
    """Return the name of each database: by itself, or with its host where two have the same."""
    plain = [str(url.database).rpartition("/")[2] for url in urls]
    often = Counter(plain)
    return tuple(
        name if often[name] == 1 else f"{name}@{url.host or ''}:{url.port or ''}".rstrip(":")
        for name, url in zip(plain, urls, strict=True)
    )


@dataclass(frozen=True)
class SqlDatabases:
    """Databases at SQLAlchemy URLs.

    ``time_limit`` is in seconds for a whole look at one of them, all being asked at the same time.
    ``most`` is how many rows one statement may give. ``secrets`` show in no reply.
    """

    urls: tuple[URL, ...]
    time_limit: float = 30.0
    most: int = 200_000
    secrets: Secrets = NOTHING
    _hanging: dict[str, threading.Thread] = field(default_factory=dict, init=False, repr=False)

    @property
    def names(self) -> tuple[str, ...]:
        return names(self.urls)

    def ask(self, statements: Mapping[str, str]) -> Mapping[str, HostReply]:
        """Ask all databases at the same time; see ``ports.Databases``.

        A driver that hangs in spite of its limits cannot be killed. Its thread is left alone, and
        its database is not asked again before it ends.
        """
        found: dict[str, HostReply] = {}
        asked = dict(zip(self.names, self.urls, strict=True))
        for name, url in asked.items():
            if name in self._hanging and self._hanging[name].is_alive():
                found[name] = _all(statements, "an earlier look at the database still hangs")
                continue

            def look(name: str = name, url: URL = url) -> None:
                reply = self._look(url, statements)
                found.setdefault(name, reply)

            self._hanging[name] = threading.Thread(target=look, daemon=True)
            self._hanging[name].start()
        until = time.monotonic() + self.time_limit + 1.0
        for name in asked:
            self._hanging[name].join(max(0.0, until - time.monotonic()))
            reason = f"the database did not answer within {self.time_limit:g} s"
            found.setdefault(name, _all(statements, reason))
        return {name: found[name] for name in asked}

    def _look(self, url: URL, statements: Mapping[str, str]) -> HostReply:
        bodies: dict[str, Any] = {}
        errors: dict[str, str] = {}
        try:
            with _reading(url, self.time_limit) as connection:
                for name, statement in statements.items():
                    try:
                        bodies[name] = in_short(self._rows(connection, statement))
                    except (DBAPIError, ValueError, RecursionError) as error:
                        errors[name] = self._reason(error)
                        connection.rollback()
                        _begin(connection, self.time_limit)
        except Exception as error:  # noqa: BLE001 - drivers raise what they like; a view is lost
            for name in statements:
                if name not in bodies:
                    errors.setdefault(name, f"the database cannot be read: {self._reason(error)}")
        return HostReply(bodies, errors)

    def _rows(self, connection: Connection, statement: str) -> Any:
        if statement.split(None, 1)[0].upper() != "SELECT":
            raise ValueError("it is no SELECT")
        wanted = text(f"{statement.rstrip()}\nLIMIT {self.most + 1}")
        since = {"since": datetime.now(UTC).replace(tzinfo=None) - RECENT}
        values = since if ":since" in statement else {}
        rows = [dict(row) for row in connection.execute(wanted, values).mappings()]
        if len(rows) > self.most:
            raise ValueError(f"there are more than {self.most} rows: raise [nova_database] most")
        return self.secrets.read(json.dumps({"rows": rows}, default=_plain))

    def _reason(self, error: Exception) -> str:
        """Return one line of an error, without the statement and what SQLAlchemy adds."""
        told = getattr(error, "orig", None) or error
        line = " ".join(self.secrets.shown(str(told)).split())
        return f"{type(told).__name__}: {line}"[:_LONGEST]


@contextmanager
def _reading(url: URL, seconds: float) -> Iterator[Connection]:
    """A connection that can only read."""
    engine = _engine(url, seconds)
    try:
        with engine.connect() as connection:
            _begin(connection, seconds)
            yield connection
    finally:
        engine.dispose()


def _begin(connection: Connection, seconds: float) -> None:
    for statement in _first_words(connection, seconds):
        connection.execute(text(statement))


def _first_words(connection: Connection, seconds: float) -> Iterator[str]:
    """Yield what limits each statement's time, where the server can, and what forbids to write."""
    dialect = connection.dialect
    yield _READ_ONLY[dialect.name]
    if dialect.name == "postgresql":
        yield f"SET LOCAL statement_timeout = {math.ceil(seconds * 1000)}"
    elif getattr(dialect, "is_mariadb", False):
        yield f"SET SESSION max_statement_time = {seconds:g}"
    elif dialect.name == "mysql":
        yield f"SET SESSION max_execution_time = {math.ceil(seconds * 1000)}"


def _engine(url: URL, seconds: float) -> Engine:
    if url.get_backend_name() == _FILE:
        place = f"file:{quote(str(url.database))}?mode=ro"
        return create_engine(
            url, poolclass=NullPool, creator=lambda: sqlite3.connect(place, uri=True)
        )
    limits = _LIMITS.get(url.get_driver_name(), {})
    arguments = {name: max(1, math.ceil(part * seconds)) for name, part in limits.items()}
    return create_engine(url, poolclass=NullPool, connect_args=arguments)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Decimal) and value == value.to_integral_value():
        return int(value)
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    raise ValueError(f"a column is a {type(value).__name__}")


def _all(statements: Mapping[str, str], reason: str) -> HostReply:
    return HostReply(errors=dict.fromkeys(statements, reason))
