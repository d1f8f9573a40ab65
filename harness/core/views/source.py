"""What a source is: one view of the cloud, how it is asked for and how its answer is read."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from harness.core.ports import Cloud


class Row(Protocol):
    """One thing in a view."""

    @property
    def key(self) -> str:
        """The identity of the thing over time, unique in its view."""
        ...


@dataclass(frozen=True)
class Gauge:
    """A number for each compute host that may climb over a run.

    ``measure`` takes the rows of the view and gives host -> number; a host that it does not
    name holds nothing of the kind, which is 0 where the view was seen. ``unit`` is "" for a count.
    """

    name: str
    unit: str
    measure: Callable[[tuple[Any, ...]], Mapping[str, float]]


@dataclass(frozen=True)
class CloudSource:
    """A view that an API answers for the whole cloud in one go.

    ``read`` asks and returns JSON; it raises ``ports.Unreachable``. ``parse`` takes that JSON and
    yields rows; it raises ``ShapeError``. ``optional``: a cloud may do without it, so that ``read``
    may raise ``ports.Absent``. ``contradicted`` is given the rows of all views by name, and says
    why an empty list of this one cannot be true, or "". ``standing``: a cloud that had some at the
    baseline is never without (``core.believing``).
    """

    name: str
    read: Callable[[Cloud], Any]
    parse: Callable[[Any], Iterable[Row]]
    gauges: tuple[Gauge, ...] = ()
    optional: bool = False
    contradicted: Callable[[Mapping[str, Sequence[Any]]], str] = lambda _rows: ""
    standing: bool = False


@dataclass(frozen=True)
class HostSource:
    """A view that each compute host answers for itself.

    ``read`` is given an open libvirt connection, in a process of its own that can be killed, and
    returns JSON. ``parse`` takes the host's name and that JSON and yields rows.
    """

    name: str
    read: Callable[[Any], Any]
    parse: Callable[[str, Any], Iterable[Row]]
    gauges: tuple[Gauge, ...] = ()


@dataclass(frozen=True)
class ProbeSource:
    """A view that the host probe answers on each compute host.

    ``parse`` takes the host's name and the probe's body of that name and yields rows. A cloud may
    be watched without a probe: the view is absent then.
    """

    name: str
    parse: Callable[[str, Any], Iterable[Row]]
    gauges: tuple[Gauge, ...] = ()


@dataclass(frozen=True)
class DriverSource:
    """A view of the process that drives the run; absent where nothing is driven.

    ``parse`` takes the place, which is the cloud's, and the body, and yields rows. Its gauges are
    those of the host ``DRIVER``.
    """

    name: str
    parse: Callable[[str, Any], Iterable[Row]]
    gauges: tuple[Gauge, ...] = ()


@dataclass(frozen=True)
class TableSource:
    """A view of rows that nova's databases hold, one database for each cell.

    ``statement`` is one SELECT that MySQL, MariaDB, PostgreSQL and SQLite understand; ``:since`` in
    it stands for the time, in UTC, from which on things are recent. ``parse`` takes the database's
    name and ``{"rows": [{column: value}]}`` and yields rows. A cloud may be watched without a
    database: the view is absent then.
    """

    name: str
    statement: str
    parse: Callable[[str, Any], Iterable[Row]]
    gauges: tuple[Gauge, ...] = ()


DRIVER = "harness"
"""The name that the driver's gauges go by where others have a host's."""


@dataclass(frozen=True)
class Exhibit:
    """What a host is asked of single things that look wrong, for people to read: no rule does.

    ``read`` is given an open libvirt connection and the uuids of the things, and returns JSON.
    """

    name: str
    read: Callable[[Any, Sequence[str]], Any]


Source = CloudSource | HostSource | ProbeSource | TableSource | DriverSource
SOURCE_KINDS: tuple[type[Any], ...] = (
    CloudSource,
    HostSource,
    ProbeSource,
    TableSource,
    DriverSource,
)
"""What a source may be declared as."""
