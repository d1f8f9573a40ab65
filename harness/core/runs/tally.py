"""What became of each test and of each invariant over some iterations, however many they were."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from harness.core.iterations.history import Iteration, TestResult
from harness.core.iterations.spans import NONE, Spans, union
from harness.core.rules.invariant import Aside, Check, Doubt
from harness.core.rules.verdict import Verdict


@dataclass(frozen=True)
class TestTally:
    """One test over some iterations. ``times`` is how often it was seen, ``bad`` how often badly.

    ``numbers`` maps each status but "passed" to the iterations in which the test had it.
    ``newest_bad`` is the newest result that failed, or else one that is not known, with its
    iteration; ``detail`` is that of the newest of all. ``ended`` of them took ``took`` seconds.
    """

    name: str
    times: int = 0
    passed: bool = False
    bad: int = 0
    numbers: Mapping[str, Spans] = field(default_factory=dict)
    newest_bad: tuple[int, TestResult] | None = None
    detail: str = ""
    took: float = 0.0
    ended: int = 0
    __test__ = False  # for pytest: this is no test

    def plus(self, number: int, result: TestResult) -> "TestTally":
        """Return the tally with what an iteration saw of the test."""
        numbers, newest = self.numbers, self.newest_bad
        if result.status != "passed":
            numbers = {**numbers, result.status: self.within(result.status).plus(number)}
        failed_before = newest is not None and newest[1].status != "missing"
        if result.bad and (result.status != "missing" or not failed_before):
            newest = (number, result)
        seconds = result.seconds
        timed = seconds is not None and math.isfinite(seconds)
        return TestTally(
            self.name,
            self.times + 1,
            self.passed or result.status == "passed",
            self.bad + result.bad,
            numbers,
            newest,
            result.detail,
            self.took + (seconds if timed and seconds is not None else 0.0),
            self.ended + timed,
        )

    def within(self, status: str) -> Spans:
        """Return the iterations in which the test had a status that is not "passed"."""
        return self.numbers.get(status, NONE)

    @property
    def bad_statuses(self) -> list[str]:
        return sorted(status for status in self.numbers if status != "skipped")

    @property
    def bad_in(self) -> Spans:
        """The iterations in which it did not pass."""
        return union(self.numbers[status] for status in self.bad_statuses)

    @property
    def seconds(self) -> float | None:
        """The mean of the iterations that saw its end."""
        return self.took / self.ended if self.ended else None

    @property
    def verdict(self) -> Verdict | None:
        """FAIL if it ever failed, UNKNOWN if it was ever missing; None if it was only skipped."""
        if self.within("failed") or self.within("unfinished"):
            return Verdict.FAIL
        if self.bad:
            return Verdict.UNKNOWN
        return Verdict.PASS if self.passed else None


@dataclass(frozen=True)
class RuleTally:
    """One invariant over some iterations.

    ``judged`` is in how many it was, ``failed`` and ``unknown`` are those in which it did not hold
    and in which that was not known; ``lost`` are those whose evidence is torn and that have no
    check of it. ``asides`` are what was set aside, as it was at last, with its iterations.
    ``newest_doubts`` are those of the newest iteration that could not tell whether it holds.
    """

    name: str
    truth: str
    judged: int = 0
    failed: Spans = NONE
    unknown: Spans = NONE
    lost: Spans = NONE
    asides: tuple[tuple[Aside, Spans], ...] = ()
    newest_doubts: tuple[int, tuple[Doubt, ...]] | None = None
    skipped: str = ""

    @property
    def verdict(self) -> Verdict | None:
        """The worst of the iterations; None where it was judged in none."""
        if self.failed:
            return Verdict.FAIL
        if self.unknown:
            return Verdict.UNKNOWN
        return Verdict.PASS if self.judged else None

    @property
    def why_skipped(self) -> str:
        """Why it does not apply, where it was judged in no iteration."""
        return self.skipped or "it was not judged in any iteration"


@dataclass(frozen=True)
class Doubts:
    """What is kept of a rule as the iterations go by, beside its breaches.

    ``doubted`` are the iterations with a doubt, ``checked_torn`` those whose evidence is torn and
    that have a check of it all the same.
    """

    judged: int = 0
    doubted: Spans = NONE
    checked_torn: Spans = NONE
    newest: tuple[int, tuple[Doubt, ...]] | None = None
    skipped: str = ""

    def plus(self, item: Iteration, check: Check) -> "Doubts":
        """Return it with what an iteration's check says."""
        torn = self.checked_torn
        return Doubts(
            self.judged + (not check.skipped),
            self.doubted.plus(item.number) if check.doubts and not check.skipped else self.doubted,
            torn.plus(item.number) if item.broken else torn,
            (item.number, check.doubts) if check.doubts else self.newest,
            check.skipped or self.skipped,
        )

    def tally(
        self,
        name: str,
        truth: str,
        failed: Spans,
        torn: Spans,
        asides: Sequence[tuple[Aside, Spans]],
    ) -> RuleTally:
        """Return the rule's tally. ``torn`` are the iterations whose evidence is torn."""
        lost = torn.minus(self.checked_torn)
        unknown = union([self.doubted.minus(failed), lost])
        return RuleTally(
            name,
            truth,
            self.judged,
            failed,
            unknown,
            lost,
            tuple(asides),
            self.newest,
            self.skipped,
        )


def once(rule: RuleTally) -> list[Aside]:
    """Return what was set aside, each thing once, as it was at last."""
    last: dict[tuple[str, str], tuple[int, Aside]] = {}
    for aside, numbers in rule.asides:
        thing, newest = (aside.breach.subject, aside.breach.host), numbers.runs[-1][1]
        if thing not in last or newest >= last[thing][0]:
            last[thing] = (newest, aside)
    return [aside for _, aside in last.values()]


def tests_of(known: Mapping[str, TestTally], item: Iteration) -> dict[str, TestTally]:
    """Return the tallies of tests, by name, with what an iteration saw of them."""
    found = dict(known)
    for result in item.tests.results if item.tests else ():
        before = found.get(result.name) or TestTally(result.name)
        found[result.name] = before.plus(item.number, result)
    return found


def rules_of(item: Iteration, truths: Mapping[str, str]) -> list[RuleTally]:
    """Return a tally of each invariant over one iteration, by name."""
    here = Spans(((item.number, item.number),))
    torn = here if item.broken else NONE
    checks = {check.invariant: check for check in item.checks}
    found = []
    for name in sorted({*truths, *checks}):
        check = checks.get(name)
        doubts = Doubts().plus(item, _with_unseen(check)) if check else Doubts()
        failed = here if check and check.verdict is Verdict.FAIL and not check.skipped else NONE
        asides = [(aside, here) for aside in check.aside] if check else []
        found.append(doubts.tally(name, truths.get(name, name), failed, torn, asides))
    return found


def _with_unseen(check: Check) -> Check:
    """Return a check of one iteration with the doubts of a time when a fault was at work."""
    return replace(check, doubts=(*check.doubts, *check.unseen), unseen=())
