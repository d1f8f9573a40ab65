"""Rules over views, and what judging one gives."""

import inspect
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from harness.core.capture import CLOUD
from harness.core.snapshot import Snapshot
from harness.core.verdict import Verdict


@dataclass(frozen=True)
class Breach:
    """A thing that breaks a rule.

    ``subject`` is its identity (a uuid, a host name), ``host`` the compute host where it lies or
    "". ``message`` says what was expected and what was seen. ``views`` tells what each view says of
    it. ``heals_at_audit`` marks what nova's next audit of the host may still put right
    (nova/compute/resource_tracker.py: update_available_resource).
    """

    subject: str
    host: str
    message: str
    views: Mapping[str, str] = field(default_factory=dict)
    heals_at_audit: bool = False


@dataclass(frozen=True)
class Doubt:
    """A thing of which a rule cannot say whether it holds.

    ``passing`` marks what ends by itself (a build, a move, a delete in flight), so that it is worth
    asking again; a view that could not be read is not passing.
    """

    subject: str
    host: str
    message: str
    views: Mapping[str, str] = field(default_factory=dict)
    passing: bool = False


@dataclass(frozen=True)
class Check:
    """One rule's judgement. ``skipped`` says why the rule does not apply here, or is ""."""

    invariant: str
    breaches: tuple[Breach, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    skipped: str = ""

    @property
    def verdict(self) -> Verdict:
        if self.breaches:
            return Verdict.FAIL
        return Verdict.UNKNOWN if self.doubts else Verdict.PASS


@dataclass(frozen=True)
class Circumstances:
    """What a rule may know beside the snapshot.

    ``prefix`` begins the names of all that this run's tests create and ``iteration`` is the one
    that just ended (None outside a run). ``baseline`` was taken before the first iteration.
    ``stuck_after``: seconds after which a task or build is taken to be stuck.
    """

    prefix: str | None = None
    iteration: int | None = None
    baseline: Snapshot | None = None
    stuck_after: float = 1800.0


Rule = Callable[[Snapshot, Circumstances], Iterator[Breach | Doubt]]


@dataclass(frozen=True)
class Invariant:
    """A rule with its name, the views that it reads and the truth that it states."""

    name: str
    needs: tuple[str, ...]
    truth: str
    rule: Rule
    only_in_run: bool = False


def invariant(*needs: str, only_in_run: bool = False) -> Callable[[Rule], Invariant]:
    """Make a function into the invariant of its name; the docstring's first line is the truth."""

    def declare(rule: Rule) -> Invariant:
        truth = inspect.getdoc(rule)
        if not truth:
            raise TypeError(f"invariant {rule.__name__} states no truth: give it a docstring")
        return Invariant(rule.__name__, needs, truth.splitlines()[0], rule, only_in_run)

    return declare


def judge(law: Invariant, snapshot: Snapshot, circumstances: Circumstances) -> Check:
    """Judge one rule. A view that it needs and that was not seen makes it UNKNOWN, never PASS."""
    if law.only_in_run and circumstances.iteration is None:
        return Check(law.name, skipped="this rule speaks of a run's iterations; this is no run")
    doubts = [
        Doubt(place or name, place, f"{name}{_at(place)} was not seen: {reason}", {name: reason})
        for name in law.needs
        for place, reason in snapshot[name].gaps.items()
    ]
    if any(snapshot[name].gap(CLOUD) for name in law.needs):
        return Check(law.name, doubts=tuple(doubts))
    try:
        said = list(law.rule(snapshot, circumstances))
    except Exception as error:  # noqa: BLE001 - a rule that crashes must cost its own verdict only
        reason = f"the rule itself failed: {type(error).__name__}: {error}"
        return Check(law.name, doubts=(*doubts, Doubt(law.name, CLOUD, reason)))
    return Check(
        law.name,
        tuple(item for item in said if isinstance(item, Breach)),
        (*doubts, *(item for item in said if isinstance(item, Doubt))),
    )


def _at(place: str) -> str:
    return f" on {place}" if place else ""
