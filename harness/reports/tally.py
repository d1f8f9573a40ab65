"""What became of each test and of each invariant over some iterations."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from harness.core.analysis import Analysis
from harness.core.history import Iteration, TestResult
from harness.core.invariant import Aside, Check, Doubt
from harness.core.verdict import Verdict, worst
from harness.reports.figures import mean


@dataclass(frozen=True)
class TestTally:
    """One test over some iterations: (iteration number, result), oldest first."""

    name: str
    sightings: tuple[tuple[int, TestResult], ...]

    def within(self, *statuses: str) -> list[int]:
        """Return the iterations in which the test had one of these statuses."""
        return sorted(n for status in statuses for n in self._by_status.get(status, ()))

    @cached_property
    def bad(self) -> list[tuple[int, TestResult]]:
        """The iterations in which it did not pass, and its result there."""
        return [(number, result) for number, result in self.sightings if result.bad]

    @property
    def bad_statuses(self) -> list[str]:
        return sorted({result.status for _, result in self.bad})

    @property
    def newest_bad(self) -> tuple[int, TestResult]:
        """The newest result that failed, or else one that is not known. Raises IndexError."""
        ended = [(number, result) for number, result in self.bad if result.status != "missing"]
        return (ended or self.bad)[-1]

    @cached_property
    def _by_status(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {}
        for number, result in self.sightings:
            found.setdefault(result.status, []).append(number)
        return found

    @cached_property
    def seconds(self) -> float | None:
        """The mean of the iterations that saw its end."""
        return mean(r.seconds for _, r in self.sightings if r.seconds is not None)

    @cached_property
    def verdict(self) -> Verdict | None:
        """FAIL if it ever failed, UNKNOWN if it was ever missing; None if it was only skipped."""
        if self.within("failed", "unfinished"):
            return Verdict.FAIL
        if self.bad:
            return Verdict.UNKNOWN
        return Verdict.PASS if self.within("passed") else None


@dataclass(frozen=True)
class RuleTally:
    """One invariant over some iterations: (iteration number, check), oldest first.

    ``lost`` are the iterations whose evidence is torn and that have no check of it.
    """

    name: str
    truth: str
    checks: tuple[tuple[int, Check], ...]
    lost: tuple[int, ...]

    def within(self, verdict: Verdict) -> list[int]:
        """Return the iterations in which it was judged so."""
        judged = [n for n, c in self.checks if not c.skipped and c.verdict is verdict]
        return sorted([*judged, *self.lost]) if verdict is Verdict.UNKNOWN else judged

    @cached_property
    def aside(self) -> list[tuple[int, Aside]]:
        """What was set aside: (iteration, why)."""
        return [(number, aside) for number, check in self.checks for aside in check.aside]

    @cached_property
    def judged(self) -> int:
        return sum(1 for _, check in self.checks if not check.skipped)

    @cached_property
    def verdict(self) -> Verdict | None:
        """The worst of the iterations; None where it was judged in none."""
        seen = [check.verdict for _, check in self.checks if not check.skipped]
        seen.extend(Verdict.UNKNOWN for _ in self.lost)
        return worst(seen) if seen else None

    @cached_property
    def newest_doubts(self) -> tuple[int, tuple[Doubt, ...]] | None:
        """The newest iteration that could not tell whether it holds, and why."""
        doubted = [(number, check.doubts) for number, check in self.checks if check.doubts]
        return doubted[-1] if doubted else None

    @property
    def skipped(self) -> str:
        """Why it does not apply, where it was judged in no iteration."""
        reasons = [check.skipped for _, check in self.checks if check.skipped]
        return reasons[-1] if reasons else "it was not judged in any iteration"


def once(rule: RuleTally) -> list[Aside]:
    """Return what was set aside, each thing once, as it was at last."""
    last = {(aside.breach.subject, aside.breach.host): aside for _, aside in rule.aside}
    return list(last.values())


def tests(iterations: Iterable[Iteration]) -> list[TestTally]:
    """Return a tally of each test, by name."""
    found: dict[str, list[tuple[int, TestResult]]] = {}
    for iteration in iterations:
        for result in iteration.tests.results if iteration.tests else ():
            found.setdefault(result.name, []).append((iteration.number, result))
    return [TestTally(name, tuple(seen)) for name, seen in sorted(found.items())]


def rules(analysis: Analysis, iterations: Sequence[Iteration]) -> list[RuleTally]:
    """Return a tally of each invariant, by name; one that was judged nowhere is there too."""
    found: dict[str, list[tuple[int, Check]]] = {name: [] for name in analysis.truths}
    for iteration in iterations:
        for check in iteration.checks:
            found.setdefault(check.invariant, []).append((iteration.number, check))
    torn = [iteration.number for iteration in iterations if iteration.broken]
    return [
        RuleTally(name, analysis.truths.get(name, name), tuple(seen), _lost(torn, seen))
        for name, seen in sorted(found.items())
    ]


def _lost(torn: list[int], seen: list[tuple[int, Check]]) -> tuple[int, ...]:
    kept = {number for number, _ in seen}
    return tuple(number for number in torn if number not in kept)
