"""The ledger of a run: its findings, iterations and sightings in SQLite, beside the evidence.

It is worked out from the evidence and never trusted before that: a ledger that is torn, missing, of
another format or of another judgement is made anew.
"""

import json
import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, delete, func, insert, select, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool

from harness.adapters.ledger_rows import findings_rows, iteration_row, plain, sightings_rows
from harness.adapters.ledger_tables import FINDINGS, FORMAT, ITERATIONS, META, SIGHTINGS, TABLES
from harness.core.findings.finding_json import finding_from_json
from harness.core.findings.findings import Finding
from harness.core.iterations.history import Iteration
from harness.core.runs.analysis import Analysis

NAME = "ledger.sqlite"
_DAMAGE = (SQLAlchemyError, ValueError, KeyError, TypeError, RecursionError, OverflowError)


class LedgerError(Exception):
    """The ledger could not be written; the evidence is not touched by that."""


@dataclass(frozen=True)
class Ledger:
    """The ledger of a run. ``judge`` names what judged (version and rules): another one's ledger
    is made anew."""

    path: Path
    judge: str

    def record(self, analysis: Analysis) -> None:
        """Add what a further iteration brought, in one transaction.

        One that already goes further is left as it is: who takes up a run tells it anew. One that
        does not continue begins anew with the baseline. Raises LedgerError.
        """
        try:
            if self.path.exists():
                with _opened(self.path) as connection:
                    ahead = self._ahead(connection, analysis)
                    if ahead in (0, -1):
                        _add(connection, analysis, analysis.history[-1:] if ahead else ())
                        self._conclude(connection, analysis)
                        return
                    if ahead is not None and ahead > 0 and not analysis.course.whole:
                        return
        except _DAMAGE:
            pass  # it is torn: a new one takes its place
        self.rebuild(analysis)

    def rebuild(self, analysis: Analysis) -> None:
        """Make the ledger anew from an analysis that has all of its iterations.

        Raises LedgerError, also where it has not.
        """
        if len(analysis.history) < analysis.course.number_of_all:
            raise LedgerError(
                f"the ledger {self.path} does not go on where the run does: `harness replay` "
                "makes it anew"
            )
        with self.anew() as book:
            book.add(analysis, analysis.history)
            book.conclude(analysis)

    @contextmanager
    def anew(self) -> Iterator["Book"]:
        """Make the ledger anew, page by page; what was there goes when the new one is whole.

        Raises LedgerError.
        """
        new = self.path.with_name(f".{self.path.name}.{secrets.token_hex(4)}.tmp")
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with _opened(new) as connection:
                TABLES.create_all(connection)
                yield Book(connection, partial(self._conclude, connection))
            self._journal().unlink(missing_ok=True)
            new.replace(self.path)
        except (SQLAlchemyError, OSError, OverflowError) as error:
            with suppress(OSError):  # where even this fails, there is nothing to take away
                new.unlink(missing_ok=True)
            reason = " ".join(str(getattr(error, "orig", error)).split())
            raise LedgerError(f"the ledger {self.path} cannot be written: {reason}") from error
        except BaseException:
            new.unlink(missing_ok=True)
            raise

    def read(self, name: str, iterations: int, ending: str) -> list[tuple[Finding, bool]] | None:
        """Return each finding of a run and whether it fails the run, the oldest first.

        ``iterations`` is how many have an end mark in the evidence and ``ending`` the run's end
        mark, or "". None where the ledger is not of that, or cannot be read.
        """
        if not self.path.is_file():
            return None
        try:
            with _opened(self.path) as connection:
                if connection.execute(text("PRAGMA quick_check")).scalar() != "ok":
                    return None
                said = _meta(connection)
                expected = self._heading(name) | {"iterations": str(iterations), "ending": ending}
                if said != expected:
                    return None
                columns = select(FINDINGS.c.body, FINDINGS.c.fails).order_by(FINDINGS.c.number)
                rows = connection.execute(columns).all()
            return [(finding_from_json(json.loads(row.body)), bool(row.fails)) for row in rows]
        except _DAMAGE:
            return None

    def _heading(self, name: str) -> dict[str, str]:
        return {"format": FORMAT, "judge": self.judge, "run": name}

    def _journal(self) -> Path:
        return self.path.with_name(f"{self.path.name}-journal")

    def _ahead(self, connection: Connection, analysis: Analysis) -> int | None:
        """Return how many iterations more than the analysis it has, -1 where just the newest is not
        there yet; None where it is of another judgement or ends elsewhere."""
        said, course = _meta(connection), analysis.course
        heading = self._heading(analysis.run.name)
        if {name: said.get(name) for name in heading} != heading or course.newest is None:
            return None
        numbers = select(func.count(), func.max(ITERATIONS.c.number))
        count, last = connection.execute(numbers).one()
        ahead: int = count - course.number_of_all
        newest = course.newest.number
        fits = {0: last == newest, -1: last is not None and last < newest}
        return ahead if fits.get(ahead, True) else None

    def _conclude(self, connection: Connection, analysis: Analysis) -> None:
        """Write all findings as they are by now, and how far that is."""
        connection.execute(delete(FINDINGS))
        connection.execute(delete(META))
        _insert(connection, FINDINGS, findings_rows(analysis))
        ended = {"iterations": str(analysis.course.number_of_all), "ending": analysis.run.ending}
        meta = self._heading(analysis.run.name) | ended
        _insert(connection, META, ({"name": n, "value": plain(v)} for n, v in meta.items()))


@dataclass(frozen=True)
class Book:
    """A ledger that is written iteration by iteration; ``conclude`` ends it."""

    connection: Connection
    conclude: Callable[[Analysis], None]

    def add(self, analysis: Analysis, iterations: Sequence[Iteration]) -> None:
        """Write iterations that the analysis has come to, and what was seen in them."""
        _add(self.connection, analysis, iterations)


def _add(connection: Connection, analysis: Analysis, iterations: Sequence[Iteration]) -> None:
    numbers = {(f.identity, f.since): n for n, f in enumerate(analysis.findings)}
    _insert(connection, ITERATIONS, map(iteration_row, iterations))
    for item in iterations:
        _insert(connection, SIGHTINGS, sightings_rows(item, analysis, numbers))


@contextmanager
def _opened(path: Path) -> Iterator[Connection]:
    """Open a ledger for one transaction, which is committed unless something is raised."""
    engine: Engine = create_engine(URL.create("sqlite", database=str(path)), poolclass=NullPool)
    try:
        with engine.begin() as connection:
            yield connection
    finally:
        engine.dispose()


def _meta(connection: Connection) -> dict[str, str]:
    return {row.name: row.value for row in connection.execute(select(META))}


def _insert(connection: Connection, table: Any, rows: Any) -> None:
    if found := list(rows):
        connection.execute(insert(table), found)
