"""Services that did not answer for a while: one event each, however many questions failed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from harness.core.answers.capture import Capture
from harness.core.iterations.newest import Newest


@dataclass(frozen=True)
class Sighting:
    """An observation, and the services that were taken not to answer in it, with the reason.

    ``started`` and ``ended`` are seconds since the epoch.
    """

    started: float
    ended: float
    silent: Mapping[str, str]


@dataclass(frozen=True)
class Outage:
    """A service that did not answer in one observation or in several without a break.

    ``since`` is when the first of them began, ``last`` when the last ended, ``over`` when the next
    began, in which it answered, or None: seconds since the epoch. ``reason`` is the first that was
    told; ``looks`` is the number of observations.
    """

    service: str
    since: float
    last: float
    over: float | None
    reason: str
    looks: int


def sighting(capture: Capture) -> Sighting:
    """Return what an observation saw of outages."""
    silent: dict[str, str] = {}
    for answer in capture.answers:
        if answer.silent:
            silent.setdefault(answer.silent, answer.error or "")
    return Sighting(capture.started, capture.ended, silent)


@dataclass(frozen=True)
class Outages:
    """The outages that a row of observations saw so far, those that go on by their service."""

    going: Mapping[str, Outage] = field(default_factory=dict)
    over: Newest[Outage] = field(default_factory=Newest)

    def plus(self, seen: Sighting) -> "Outages":
        """Return them with what a further observation saw."""
        if not self.going and not seen.silent:
            return self
        ended = [replace(o, over=seen.started) for o in _ended(self.going, seen)]
        going = {name: _longer(self.going.get(name), name, seen) for name in seen.silent}
        return Outages(going, self.over.plus(ended))

    @property
    def all(self) -> Newest[Outage]:
        """Those that are over and those that go on, in the order of their beginning."""
        told = [*self.over.kept, *self.going.values()]
        in_order = tuple(sorted(told, key=lambda outage: (outage.since, outage.service)))
        return Newest(self.over.number + len(self.going), in_order)


def outages(sightings: Iterable[Sighting]) -> tuple[Outage, ...]:
    """Return the newest outages that a row of observations saw, in the order of their beginning."""
    found = Outages()
    for seen in sightings:
        found = found.plus(seen)
    return found.all.kept


def _ended(going: Mapping[str, Outage], seen: Sighting) -> Sequence[Outage]:
    return [outage for name, outage in going.items() if name not in seen.silent]


def _longer(outage: Outage | None, name: str, seen: Sighting) -> Outage:
    if outage is None:
        return Outage(name, seen.started, seen.ended, None, seen.silent[name], 1)
    return replace(outage, last=seen.ended, looks=outage.looks + 1)
