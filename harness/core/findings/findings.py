"""A breach followed over iterations: when it was first seen, last seen, and whether it is gone."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from harness.core.findings.waiver import Waiver, covering
from harness.core.iterations.history import Identity, Iteration
from harness.core.rules.invariant import Breach, Doubt
from harness.core.rules.origin import Origin


@dataclass(frozen=True)
class Finding:
    """A breach with a life. ``since`` and ``last`` are iteration numbers; 0 is the baseline.

    ``closed`` is the first later iteration in which the rule was judged without it, or None while
    it stands. An iteration in which the rule was UNKNOWN, or its host had left the cloud, neither
    closes nor confirms it.
    ``breach`` is as it was last seen. ``opened_at``, ``last_at`` and ``closed_at`` are the moments
    of the observations that showed it first and last, and of the one that showed it gone.
    ``promised`` is the time by which the cloud should have healed it, reckoned from the first
    observation after which something could; ``first`` is the breach as it was first seen;
    ``waiver`` covered it when it was last seen. ``suspect`` is the fault, made on purpose, that it
    is blamed on, or "". All moments are seconds since the epoch.
    """

    invariant: str
    breach: Breach
    since: int
    last: int
    closed: int | None = None
    opened_at: float = 0.0
    last_at: float = 0.0
    closed_at: float | None = None
    promised: float | None = None
    first: Breach | None = None
    waiver: Waiver | None = None
    suspect: str = ""

    @property
    def identity(self) -> Identity:
        return (self.invariant, self.breach.subject, self.breach.host)

    @property
    def id(self) -> str:
        """A short name that every judgement of the same evidence gives it."""
        parts = [part.encode("utf-8", "backslashreplace") for part in self.identity]
        return hashlib.sha256(b"\0".join([*parts, str(self.since).encode()])).hexdigest()[:8]

    @property
    def in_baseline(self) -> bool:
        """True where it stood before the first test ran."""
        return self.since == 0

    @property
    def origin(self) -> Origin:
        """Its class over the whole of its life."""
        if self.in_baseline:
            return Origin.FOREIGN
        if self.breach.origin is Origin.CLOUD_LOST and self.closed is not None:
            return Origin.HEALED
        return self.breach.origin

    @property
    def due(self) -> float | None:
        """When the cloud should have healed it, or None where nothing in it does."""
        return self.promised if self.breach.healing else None

    @property
    def overdue(self) -> bool:
        """True where it was seen after the cloud should have healed it."""
        return self.due is not None and self.last_at > self.due

    @property
    def healed_after(self) -> float | None:
        """Seconds from the first observation of what healed to the first without it, or None."""
        if self.origin is not Origin.HEALED or self.closed_at is None:
            return None
        return self.closed_at - self.opened_at

    @property
    def healed_in_time(self) -> bool:
        """True where it healed as it was told that it would, and was never seen overdue."""
        return self.origin is Origin.HEALED and self.due is not None and not self.overdue


@dataclass(frozen=True)
class Followed:
    """The findings of a history so far: those that stand, and those that are closed."""

    standing: Mapping[Identity, Finding] = field(default_factory=dict)
    closed: tuple[Finding, ...] = ()

    @property
    def findings(self) -> tuple[Finding, ...]:
        """All of them, the oldest first."""
        found = [*self.closed, *self.standing.values()]
        return tuple(sorted(found, key=lambda f: (f.since, f.identity)))

    def plus(self, iteration: Iteration, waivers: Sequence[Waiver] = ()) -> "Followed":
        """Return the findings with what a further iteration saw.

        A breach that comes back after it closed is a new finding: an old row that goes must not
        hide a new one. An iteration that was interrupted says nothing.
        """
        if iteration.interrupted:
            return self
        standing = dict(self.standing)
        _see(iteration, standing, waivers)
        gone = _close(iteration, standing)
        return Followed(standing, (*self.closed, *gone) if gone else self.closed)


def follow(history: Iterable[Iteration], waivers: Sequence[Waiver] = ()) -> tuple[Finding, ...]:
    """Return every finding of the history, oldest first."""
    followed = Followed()
    for iteration in history:
        followed = followed.plus(iteration, waivers)
    return followed.findings


def _see(
    iteration: Iteration, open_now: dict[Identity, Finding], waivers: Sequence[Waiver]
) -> None:
    for check in iteration.checks:
        for breach in check.seen:
            seen = _sighting(check.invariant, breach, iteration, waivers)
            if old := open_now.get(seen.identity):
                seen = replace(
                    seen,
                    since=old.since,
                    opened_at=old.opened_at,
                    first=old.first,
                    promised=seen.promised if old.promised is None else old.promised,
                )
            open_now[seen.identity] = seen


def _sighting(
    rule: str, breach: Breach, iteration: Iteration, waivers: Sequence[Waiver]
) -> Finding:
    """Return the finding that a breach is where nothing is known of it but one iteration."""
    number, moment = iteration.number, iteration.moment
    began = iteration.stood.get((rule, breach.subject, breach.host), moment)
    return Finding(
        rule,
        breach,
        number,
        number,
        opened_at=began,
        last_at=moment,
        promised=began + breach.healing.within if breach.healing else None,
        first=breach,
        waiver=covering(waivers, rule, breach, moment),
    )


def _close(iteration: Iteration, open_now: dict[Identity, Finding]) -> list[Finding]:
    """Take out of ``open_now`` what this iteration saw to be gone, and return it.

    An iteration whose evidence is torn may have lost the reading that showed it.
    """
    if iteration.broken:
        return []
    judged = {c.invariant: c for c in iteration.checks if not c.skipped}
    gone = []
    for identity, finding in list(open_now.items()):
        check = judged.get(finding.invariant)
        if finding.last == iteration.number or check is None or finding.breach.host in check.left:
            continue
        if (check.seen or not check.doubts) and not _doubted(finding, check.doubts):
            gone.append(replace(finding, closed=iteration.number, closed_at=iteration.moment))
            del open_now[identity]
    return gone


def _doubted(finding: Finding, doubts: tuple[Doubt, ...]) -> bool:
    """Tell whether a doubt is about the thing, about its host, or about the whole cloud."""
    breach = finding.breach
    return any(
        doubt.subject in (breach.subject, breach.host) or (not doubt.host and not doubt.passing)
        for doubt in doubts
    )
