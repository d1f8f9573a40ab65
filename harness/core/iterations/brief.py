"""An iteration in brief: what is told of it when its checks and results have been let go."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from harness.core.iterations.history import Iteration, TestRun
from harness.core.rules.verdict import Verdict


@dataclass(frozen=True)
class TestsInBrief:
    """An iteration's tests: ``counts`` maps a status to how many had it."""

    verdict: Verdict
    ending: str
    explanation: str
    counts: Mapping[str, int]
    __test__ = False  # for pytest: this is no test


@dataclass(frozen=True)
class Brief:
    """An iteration as it was judged then. ``set_aside`` maps a rule to how many breaches."""

    number: int
    verdict: Verdict
    rules_verdict: Verdict
    started: float
    ended: float
    phases: Mapping[str, float]
    reads: int
    broken: str
    failed: tuple[str, ...]
    unknown: tuple[str, ...]
    set_aside: Mapping[str, int]
    tests: TestsInBrief | None
    faults: tuple[str, ...] = ()

    @property
    def standing(self) -> "Standing":
        """What the iterations of one stretch have in common."""
        tests = self.tests.verdict if self.tests else None
        aside = sum(self.set_aside.values())
        return Standing(self.verdict, self.rules_verdict, tests, aside, self.broken, self.faults)


@dataclass(frozen=True)
class Standing:
    """How an iteration stood: its verdicts, how many breaches were set aside, what was torn,
    which faults were at work."""

    verdict: Verdict
    rules: Verdict
    tests: Verdict | None
    aside: int
    broken: str
    faults: tuple[str, ...] = ()


def in_brief(item: Iteration) -> Brief:
    """Return an iteration in brief."""
    return Brief(
        item.number,
        item.verdict,
        item.rules_verdict,
        item.started,
        item.ended,
        item.phases,
        item.reads,
        item.broken,
        tuple(c.invariant for c in item.checks if c.verdict is Verdict.FAIL),
        tuple(c.invariant for c in item.checks if c.verdict is Verdict.UNKNOWN),
        {c.invariant: len(c.aside) for c in item.checks if c.aside},
        _tests(item.tests) if item.tests else None,
        item.faults,
    )


def _tests(tests: TestRun) -> TestsInBrief:
    counts = Counter(result.status for result in tests.results)
    return TestsInBrief(tests.verdict, tests.ending, tests.explanation, counts)
