"""What is kept of the iterations proper when they have gone by: of a size that does not grow."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from harness.core.iterations.brief import Brief, Standing, in_brief
from harness.core.iterations.history import Iteration
from harness.core.iterations.spans import NONE, Spans, union
from harness.core.rules.verdict import Verdict

RECENT = 100
"""How many of the newest iterations are told one by one."""
TOLD = 100
"""How many iterations are told of which something must be said: the first ones."""
STRETCHES = 30
"""How many stretches of iterations that stood alike are told."""
_NAMED = 5


@dataclass(frozen=True)
class Phase:
    """How long a phase took, in seconds: ``total`` of the ``finite`` ones, and the longest."""

    total: float = 0.0
    finite: int = 0
    longest: float = -math.inf

    def plus(self, seconds: float) -> "Phase":
        finite = math.isfinite(seconds)
        total = self.total + (seconds if finite else 0.0)
        return Phase(total, self.finite + finite, max(self.longest, seconds))

    @property
    def mean(self) -> float:
        return self.total / self.finite if self.finite else 0.0


@dataclass(frozen=True)
class Trouble:
    """An iteration whose tests did not all run. ``missing`` are the first few that never began.

    ``ending`` is "" where there is no record of its tests.
    """

    number: int
    ending: str
    explanation: str = ""
    missing: tuple[str, ...] = ()
    missed: int = 0


@dataclass(frozen=True)
class Journal:
    """The iterations proper so far.

    ``stretches`` are the first of those that stood alike, ``unlike`` counts them all. ``unwhole``
    are the iterations whose evidence is torn (``torn``) or of which nothing was judged
    (``unjudged``), with the first reasons. ``troubled`` are those whose tests did not all run.
    ``tested``: some iteration has a record of its tests; ``tried``: in some a test passed, or no
    fault was at work beside them.
    """

    numbers: Spans = NONE
    verdicts: Mapping[Verdict, int] = field(default_factory=dict)
    first_bad: int | None = None
    stretches: tuple[tuple[Standing, Spans], ...] = ()
    unlike: int = 0
    torn: Spans = NONE
    unjudged: Spans = NONE
    unwhole: tuple[tuple[int, str], ...] = ()
    endings: Mapping[str, Spans] = field(default_factory=dict)
    tested: bool = False
    tried: bool = False
    tests_verdicts: frozenset[Verdict] = frozenset()
    troubled: Spans = NONE
    troubles: tuple[Trouble, ...] = ()
    phases: Mapping[str, Phase] = field(default_factory=dict)
    recent: tuple[Brief, ...] = ()

    def plus(self, item: Iteration) -> "Journal":
        """Return the journal with a further iteration."""
        brief = in_brief(item)
        stretches, unlike = self._stretched(brief)
        unjudged = all(check.skipped for check in item.checks)
        reason = (item.number, item.broken or "no invariant was judged")
        tests, trouble = item.tests, trouble_of(item)
        verdict = tests.verdict if tests else Verdict.UNKNOWN
        bad = item.number if item.verdict is not Verdict.PASS else None
        return Journal(
            self.numbers.plus(item.number),
            {**self.verdicts, item.verdict: self.verdicts.get(item.verdict, 0) + 1},
            bad if self.first_bad is None else self.first_bad,
            stretches,
            unlike,
            self.torn.plus(item.number) if item.broken else self.torn,
            self.unjudged.plus(item.number) if unjudged else self.unjudged,
            (*self.unwhole, reason)[:TOLD] if item.broken or unjudged else self.unwhole,
            _ended(self.endings, item),
            self.tested or tests is not None,
            self.tried or bool(tests and (not tests.disturbed or tests.count("passed"))),
            self.tests_verdicts if tests and tests.disturbed else self.tests_verdicts | {verdict},
            self.troubled.plus(item.number) if trouble else self.troubled,
            (*self.troubles, trouble)[:TOLD] if trouble else self.troubles,
            {
                **self.phases,
                **{n: self.phases.get(n, Phase()).plus(s) for n, s in item.phases.items()},
            },
            (*self.recent[-RECENT + 1 :], brief),
        )

    def _stretched(self, brief: Brief) -> tuple[tuple[tuple[Standing, Spans], ...], int]:
        here = Spans(((brief.number, brief.number),))
        alike = bool(self.recent) and self.recent[-1].standing == brief.standing
        if not alike:
            return (*self.stretches, (brief.standing, here))[:STRETCHES], self.unlike + 1
        if self.unlike > STRETCHES:
            return self.stretches, self.unlike
        standing, numbers = self.stretches[-1]
        return (*self.stretches[:-1], (standing, numbers.plus(brief.number))), self.unlike

    @property
    def untried(self) -> bool:
        """Tell whether faults were at work beside all tests, and not one of them passed."""
        return self.tested and not self.tried

    @property
    def not_whole(self) -> Spans:
        """The iterations whose evidence is torn or of which nothing was judged."""
        return union([self.torn, self.unjudged])


def _ended(endings: Mapping[str, Spans], item: Iteration) -> Mapping[str, Spans]:
    if item.tests is None or item.tests.ending == "finished" or item.tests.disturbed:
        return endings
    ending = item.tests.ending
    return {**endings, ending: endings.get(ending, NONE).plus(item.number)}


def trouble_of(item: Iteration) -> Trouble | None:
    """Return what must be said of an iteration's tests, or None where they all ran."""
    tests = item.tests
    if tests is None:
        return Trouble(item.number, "") if item.number else None
    if tests.disturbed:
        return None
    missing = sorted(result.name for result in tests.results if result.status == "missing")
    if tests.ending == "finished" and not missing and tests.results:
        return None
    return Trouble(
        item.number, tests.ending, tests.explanation, tuple(missing[:_NAMED]), len(missing)
    )
