"""All views of a moment, parsed.

Rows do not change, so that what was once worked out of them is kept: an index of a view, or what a
function of a snapshot returned. Whoever is given such a thing must not change it.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import wraps
from operator import attrgetter
from typing import Any, TypeVar, cast

from harness.core.answers.capture import CLOUD, Answer, Capture
from harness.core.answers.collecting import uncollected
from harness.core.answers.shape import ShapeError
from harness.core.views.source import (
    CloudSource,
    DriverSource,
    ProbeSource,
    Row,
    Source,
    TableSource,
)

_KEY = attrgetter("key")
F = TypeVar("F", bound=Callable[..., Any])
T = TypeVar("T")


@dataclass(frozen=True)
class View:
    """The rows of one source, and the places that gave none with the reason why.

    ``gaps`` maps a place (a compute host, or CLOUD) to one line that says why it was not seen.
    ``asked`` are the hosts that were asked, or None where the cloud answers for all of them.
    ``absent`` says that the cloud has nothing of the kind (no such service), or is "". ``left`` are
    hosts that were not seen and are no gaps, since they left the cloud (``core.departed``).
    """

    name: str
    rows: tuple[Any, ...] = ()
    gaps: Mapping[str, str] = field(default_factory=dict)
    asked: frozenset[str] | None = None
    absent: str = ""
    left: frozenset[str] = frozenset()
    _indexes: dict[str, Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    def gap(self, place: str = CLOUD) -> str | None:
        """Return why ``place`` was not seen, or None where it was."""
        for where in (CLOUD, place):
            if where in self.gaps:
                return self.gaps[where] or "no reason was given"
        if place in self.left:
            return f"{place} left the cloud"
        if place != CLOUD and self.asked is not None and place not in self.asked:
            return f"{place} was not asked"
        return None

    def by_key(self) -> dict[str, Any]:
        """Return the rows by key."""
        if "" not in self._indexes:
            self._indexes[""] = {row.key: row for row in self.rows}
        found: dict[str, Any] = self._indexes[""]
        return found

    def having(self, name: str, value: Any) -> Sequence[Any]:
        """Return the rows whose attribute ``name`` is ``value``, in their order."""
        if name not in self._indexes:
            index: dict[Any, list[Any]] = defaultdict(list)
            for row in self.rows:
                index[getattr(row, name)].append(row)
            self._indexes[name] = index
        found: Sequence[Any] = self._indexes[name].get(value, ())
        return found

    def __iter__(self) -> Iterator[Any]:
        return iter(self.rows)


@dataclass(frozen=True)
class Snapshot:
    """Every view of one observation. ``moment`` is when it began: seconds since the epoch."""

    moment: float
    views: Mapping[str, View]
    _found: dict[Any, Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    def __getitem__(self, name: str) -> View:
        """Return a view; one that was never asked for has a gap that says so."""
        return self.views.get(name) or View(name, gaps={CLOUD: f"{name} was not asked for"})

    def once(self, function: Callable[..., T], *rest: Any) -> T:
        """Return ``function(self, *rest)``, worked out at the first time that it is asked for.

        The same arguments are those that are the same objects; they are kept, so that no other
        object can take their place.
        """
        asked = (function, *map(id, rest))
        if asked not in self._found:
            self._found[asked] = (function(self, *rest), rest)
        found: T = self._found[asked][0]
        return found


def once_for_each_snapshot(function: F) -> F:
    """Make a function of a snapshot (and circumstances) keep what it returned for each."""

    @wraps(function)
    def remembering(snapshot: Snapshot, *rest: Any) -> Any:
        return snapshot.once(function, *rest)

    return cast(F, remembering)


def parse(capture: Capture, sources: Sequence[Source]) -> Snapshot:
    """Read a capture with the sources that made it."""
    answers: dict[str, list[Answer]] = {}
    for answer in capture.answers:
        answers.setdefault(answer.source, []).append(answer)
    with uncollected():
        views = {source.name: _view(source, answers.get(source.name, [])) for source in sources}
    return Snapshot(capture.started, views)


def _view(source: Source, answers: Sequence[Answer]) -> View:
    if not answers and isinstance(source, DriverSource):
        return View(source.name, absent="no driver was looked at in this observation")
    if not answers and isinstance(source, ProbeSource):
        return View(source.name, absent="no host was probed in this observation")
    if not answers and isinstance(source, TableSource):
        return View(source.name, absent="no database was asked in this observation")
    if not answers:
        return View(source.name, gaps={CLOUD: f"{source.name} was not asked for"})
    rows: list[Row] = []
    gaps: dict[str, str] = {}
    for answer in answers:
        if answer.absent and _optional(source):
            return View(source.name, absent=answer.error or f"the cloud has no {source.name}")
        if answer.error is not None:
            gaps[answer.place] = answer.error
            continue
        try:
            rows.extend(_unique(_rows(source, answer)))
        except ShapeError as error:
            gaps[answer.place] = f"the answer has an unexpected shape: {error}"
        except Exception as error:  # noqa: BLE001 - a parser's surprise must cost its own view only
            gaps[answer.place] = f"the answer cannot be read: {type(error).__name__}: {error}"
    by_host = not isinstance(source, CloudSource | DriverSource)
    asked = frozenset(answer.place for answer in answers) if by_host else None
    return View(source.name, tuple(rows), gaps, asked)


def _optional(source: Source) -> bool:
    if isinstance(source, CloudSource):
        return source.optional
    return isinstance(source, ProbeSource | TableSource | DriverSource)


def _rows(source: Source, answer: Answer) -> Iterable[Row]:
    if isinstance(source, CloudSource):
        return source.parse(answer.body)
    return source.parse(answer.place, answer.body)


def _unique(rows: Iterable[Row]) -> list[Row]:
    rows = list(rows)
    if len(set(map(_KEY, rows))) == len(rows):
        return rows
    seen: dict[str, Row] = {}
    for row in rows:
        first = seen.setdefault(row.key, row)
        if first is not row and first != row:
            raise ShapeError(f"two different rows have the key {row.key!r}")
    return list(seen.values())
