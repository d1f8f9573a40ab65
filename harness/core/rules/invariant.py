"""Rules over views, and what judging one gives."""

import inspect
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from harness.core.answers.capture import CLOUD
from harness.core.rules.origin import NOTHING_HELD, Healing, Origin
from harness.core.rules.verdict import Verdict
from harness.core.views.snapshot import Snapshot


@dataclass(frozen=True)
class Breach:
    """A thing that breaks a rule.

    ``subject`` is its identity (a uuid, a host name), ``host`` the compute host where it lies or
    "". ``message`` says what was expected and what was seen. ``views`` tells what each view says of
    it. ``heals_at_audit`` marks what nova's next audit of the host may still put right
    (nova/compute/resource_tracker.py: update_available_resource), so that it is waited for;
    ``healing`` is what may put it right later, so that it is told at once with the time by which.
    ``origin`` is the class as far as one moment tells it (never HEALED), ``owner`` says in words
    whose it is, or "". ``amounts`` is what it holds of the host: of ``origin.AMOUNTS``. ``proof``
    is what it rests on, in any form: two readings bear each other out only where it is the same,
    since two things that passed one after the other are no thing that stays. ``stands_for`` is how
    many seconds two readings of it must be apart, where that is more than the usual hold.
    """

    subject: str
    host: str
    message: str
    views: Mapping[str, str] = field(default_factory=dict)
    heals_at_audit: bool = False
    healing: Healing | None = None
    origin: Origin = Origin.UNKNOWN
    owner: str = ""
    amounts: Mapping[str, int] = field(default_factory=lambda: NOTHING_HELD)
    proof: str = ""
    stands_for: float = 0.0


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


class Excuse(StrEnum):
    """Why a breach fails nothing: a waiver covers it, it was there first, the cloud healed it,
    tests left it that the harness itself was cut off in, or a fault was made on purpose."""

    WAIVED = "waived"
    OLD = "from before the first test"
    HEALED = "healed in time"
    CUT_OFF = "left by tests that were cut off"
    FAULT = "while a fault was at work"


@dataclass(frozen=True)
class Aside:
    """A breach that is told and fails nothing. ``reason`` says in words why it does not."""

    breach: Breach
    excuse: Excuse
    reason: str


@dataclass(frozen=True)
class Check:
    """One rule's judgement. ``skipped`` says why the rule does not apply here, or is "".

    ``aside`` are the breaches that were seen and do not count; ``core.excuses`` sets them there.
    ``unseen`` are doubts of a moment when a fault that was made on purpose was at work. ``left``
    are hosts that left the cloud: what was found there is neither seen nor gone.
    """

    invariant: str
    breaches: tuple[Breach, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    skipped: str = ""
    aside: tuple[Aside, ...] = ()
    unseen: tuple[Doubt, ...] = ()
    left: frozenset[str] = frozenset()

    @property
    def seen(self) -> tuple[Breach, ...]:
        """All breaches, those that do not count too."""
        return (*self.breaches, *(item.breach for item in self.aside))

    @property
    def verdict(self) -> Verdict:
        if self.breaches:
            return Verdict.FAIL
        return Verdict.UNKNOWN if self.doubts or self.unseen else Verdict.PASS


@dataclass(frozen=True)
class Circumstances:
    """What a rule may know beside the snapshot.

    ``prefix`` begins the names of all that this run's tests create and ``iteration`` is the one
    that just ended (None outside a run). ``baseline`` was taken before the first iteration.
    ``stuck_after``: seconds after which a task or build is taken to be stuck. ``reaper_interval``,
    ``power_sync_interval`` and ``audit_interval`` are those of nova's periodic tasks, in seconds.
    """

    prefix: str | None = None
    iteration: int | None = None
    baseline: Snapshot | None = None
    stuck_after: float = 1800.0
    reaper_interval: float = 1800.0
    power_sync_interval: float = 600.0
    audit_interval: float = 60.0


Rule = Callable[[Snapshot, Circumstances], Iterator[Breach | Doubt]]


@dataclass(frozen=True)
class Invariant:
    """A rule with its name, the views that it reads and the truth that it states.

    Without one of ``needs`` nothing can be judged. One of ``also`` that was not seen is a doubt,
    and the rest is judged. One of ``beside`` tells no more than whose a thing is and what becomes
    of it, so that the verdict stands without it. A view that the cloud does not have
    (``View.absent``) skips a rule that needs it, and is empty for one that reads it also.
    """

    name: str
    needs: tuple[str, ...]
    truth: str
    rule: Rule
    only_in_run: bool = False
    also: tuple[str, ...] = ()
    only_at_rest: bool = False
    beside: tuple[str, ...] = ()


def invariant(
    *needs: str,
    also: tuple[str, ...] = (),
    beside: tuple[str, ...] = (),
    only_in_run: bool = False,
    only_at_rest: bool = False,
) -> Callable[[Rule], Invariant]:
    """Make a function into the invariant of its name; the docstring's first line is the truth."""

    def declare(rule: Rule) -> Invariant:
        truth = inspect.getdoc(rule)
        if not truth:
            raise TypeError(f"invariant {rule.__name__} states no truth: give it a docstring")
        first = truth.splitlines()[0]
        return Invariant(rule.__name__, needs, first, rule, only_in_run, also, only_at_rest, beside)

    return declare


def judge(law: Invariant, snapshot: Snapshot, circumstances: Circumstances) -> Check:
    """Judge one rule. A view that it needs and that was not seen makes it UNKNOWN, never PASS."""
    if skipped := _skipped(law, snapshot, circumstances):
        return Check(law.name, skipped=skipped)
    doubts = [
        Doubt(place or name, place, f"{name}{_at(place)} was not seen: {reason}", {name: reason})
        for name in (*law.needs, *law.also)
        for place, reason in snapshot[name].gaps.items()
    ]
    left = frozenset().union(*(snapshot[name].left for name in (*law.needs, *law.also)))
    if any(snapshot[name].gap(CLOUD) for name in law.needs):
        return Check(law.name, doubts=tuple(doubts), left=left)
    try:
        said = list(law.rule(snapshot, circumstances))
    except Exception as error:  # noqa: BLE001 - a rule that crashes must cost its own verdict only
        reason = f"the rule itself failed: {type(error).__name__}: {error}"
        return Check(law.name, doubts=(*doubts, Doubt(law.name, CLOUD, reason)), left=left)
    return Check(
        law.name,
        tuple(item for item in said if isinstance(item, Breach)),
        (*doubts, *(item for item in said if isinstance(item, Doubt))),
        left=left,
    )


def _skipped(law: Invariant, snapshot: Snapshot, circumstances: Circumstances) -> str:
    """Return why a rule does not apply here, or ""."""
    if law.only_in_run and circumstances.iteration is None:
        return "this rule speaks of a run's iterations; this is no run"
    if law.only_at_rest and circumstances.iteration is not None:
        return "this rule speaks of a cloud at rest; a run has a baseline to compare with"
    absent = [snapshot[name].absent for name in law.needs if snapshot[name].absent]
    return absent[0] if absent else ""


def _at(place: str) -> str:
    return f" on {place}" if place else ""
