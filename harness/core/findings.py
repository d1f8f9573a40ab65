"""A breach followed over iterations: when it was first seen, last seen, and whether it is gone."""

from dataclasses import dataclass, replace

from harness.core.history import History, Iteration
from harness.core.invariant import Breach, Doubt
from harness.core.verdict import Verdict


@dataclass(frozen=True)
class Finding:
    """A breach with a life. ``since`` and ``last`` are iteration numbers; 0 is the baseline.

    ``closed`` is the first later iteration in which the rule was judged without it, or None while
    it stands. An iteration in which the rule was UNKNOWN neither closes nor confirms it.
    """

    invariant: str
    breach: Breach
    since: int
    last: int
    closed: int | None = None

    @property
    def identity(self) -> tuple[str, str, str]:
        return (self.invariant, self.breach.subject, self.breach.host)

    @property
    def in_baseline(self) -> bool:
        """True where it stood before the first test ran."""
        return self.since == 0


def follow(history: History) -> tuple[Finding, ...]:
    """Return every finding of the history, oldest first.

    A breach that comes back after it closed is a new finding: an old row that goes must not hide a
    new one. An iteration that was interrupted says nothing.
    """
    open_now: dict[tuple[str, str, str], Finding] = {}
    done: list[Finding] = []
    for iteration in history:
        if iteration.interrupted:
            continue
        _see(iteration, open_now)
        done.extend(_close(iteration, open_now))
    return tuple(sorted([*done, *open_now.values()], key=lambda f: (f.since, f.identity)))


def _see(iteration: Iteration, open_now: dict[tuple[str, str, str], Finding]) -> None:
    for check in iteration.checks:
        for breach in check.breaches:
            identity = (check.invariant, breach.subject, breach.host)
            old = open_now.get(identity)
            since = old.since if old else iteration.number
            open_now[identity] = Finding(check.invariant, breach, since, iteration.number)


def _close(iteration: Iteration, open_now: dict[tuple[str, str, str], Finding]) -> list[Finding]:
    """Take out of ``open_now`` what this iteration saw to be gone, and return it.

    An iteration whose evidence is torn may have lost the reading that showed it.
    """
    if iteration.broken:
        return []
    judged = {c.invariant: c for c in iteration.checks if not c.skipped}
    gone = []
    for identity, finding in list(open_now.items()):
        check = judged.get(finding.invariant)
        if finding.last == iteration.number or check is None:
            continue
        if check.verdict is not Verdict.UNKNOWN and not _doubted(finding, check.doubts):
            gone.append(replace(finding, closed=iteration.number))
            del open_now[identity]
    return gone


def _doubted(finding: Finding, doubts: tuple[Doubt, ...]) -> bool:
    """Tell whether a doubt is about the thing, about its host, or about the whole cloud."""
    breach = finding.breach
    return any(
        doubt.subject in (breach.subject, breach.host) or (not doubt.host and not doubt.passing)
        for doubt in doubts
    )
