"""Faults as a run's evidence tells them: the windows in which something was broken on purpose."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from harness.core.answers.shape import ShapeError, take
from harness.core.faults.fault_plan import Step
from harness.core.rules.invariant import Breach, Check
from harness.core.rules.reading import Patience, Reading, confirmed

BEGUN, MADE, FAILED = "begun", "made", "failed"
HEALING, HEALED, UNHEALED = "healing", "healed", "unhealed"
EVENTS = (BEGUN, MADE, FAILED, HEALING, HEALED, UNHEALED)


@dataclass(frozen=True)
class Window:
    """A fault that was made. All moments are seconds since the epoch.

    ``begun`` is just before it was made. ``over`` is the moment from which the recovery is
    measured: when the healing began, or when a fault was made that goes by itself. Since ``healed``
    nothing of it is left but its consequences; each is None while it has not come. ``problem`` says
    why it could not be made or healed, or is "". ``said`` is what making it said.
    """

    step: Step
    begun: float
    over: float | None = None
    healed: float | None = None
    problem: str = ""
    said: str = ""

    @property
    def name(self) -> str:
        return self.step.name


@dataclass(frozen=True)
class Look:
    """An observation as far as recovery goes: what broke a rule in it, and what was not known."""

    started: float
    ended: float
    breaches: Mapping[tuple[str, str, str], Breach] = field(default_factory=dict)
    doubts: frozenset[tuple[str, str, str]] = frozenset()


def looks_of(readings: Sequence[Reading], patience: Patience) -> tuple[Look, ...]:
    """Return an iteration's observations; the last one is as all of them bear it out."""
    if not readings:
        return ()
    last = replace(readings[-1], checks=confirmed(readings, patience))
    return tuple(_look(reading) for reading in (*readings[:-1], last))


def broken(checks: Iterable[Check]) -> dict[tuple[str, str, str], Breach]:
    """Return what breaks the rules, by (rule, subject, host)."""
    return {(c.invariant, b.subject, b.host): b for c in checks for b in c.seen}


def doubted(checks: Iterable[Check]) -> frozenset[tuple[str, str, str]]:
    """Return what is not known, by (rule, subject, host)."""
    return frozenset((c.invariant, d.subject, d.host) for c in checks for d in c.doubts)


def _look(reading: Reading) -> Look:
    checks = reading.checks
    return Look(reading.started, reading.ended, broken(checks), doubted(checks))


def event(kind: str, step: Step, at: float, said: str = "") -> dict[str, Any]:
    """Return what is stored of a fault at one moment."""
    return {"event": kind, "step": step.number, "at": at, "said": said}


def check_event(record: Mapping[str, Any]) -> None:
    """Raise ShapeError where this is not what is stored of a fault."""
    if take(record, "event", str) not in EVENTS:
        raise ShapeError(f"'event' is none of {', '.join(EVENTS)}")
    take(record, "step", int)
    take(record, "at", float)
    take(record, "said", str)


def windows_of(steps: Sequence[Step], events: Iterable[Mapping[str, Any]]) -> tuple[Window, ...]:
    """Return the windows that stored events tell of, in the order in which they began."""
    known = {step.number: step for step in steps}
    found: dict[int, Window] = {}
    for record in events:
        number, at = record["step"], float(record["at"])
        if number not in known:
            continue
        if number not in found:
            found[number] = Window(known[number], at)
        found[number] = _with(found[number], record["event"], at, record["said"])
    return tuple(found.values())


def _with(window: Window, kind: str, at: float, said: str) -> Window:
    if kind == MADE:
        over = at if window.step.by_itself else None
        return replace(window, over=over, said=said)
    if kind == FAILED:
        return replace(window, problem=f"it could not be made: {said}")
    if kind == HEALING:
        return window if window.over is not None else replace(window, over=at)
    if kind == HEALED:
        problem = "" if window.problem.startswith("it could not be healed") else window.problem
        over = at if window.over is None else window.over
        return replace(window, over=over, healed=at, problem=problem)
    if kind == UNHEALED:
        return replace(window, problem=f"it could not be healed: {said}")
    return window
