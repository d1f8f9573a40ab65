"""A run, judged: everything that a report may say, and nothing that it must work out."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from harness.core.findings.findings import Finding
from harness.core.findings.recovery import Trial
from harness.core.findings.terms import Terms
from harness.core.findings.waiver import Waiver
from harness.core.iterations.amounts import difference
from harness.core.iterations.boots import BootTally
from harness.core.iterations.history import Amounts, History, Iteration, Run
from harness.core.iterations.newest import Newest
from harness.core.iterations.outages import Outage
from harness.core.rules.verdict import Verdict
from harness.core.runs.course import Course, Life
from harness.core.runs.tally import RuleTally
from harness.core.views.host_changes import HostChange


@dataclass(frozen=True)
class WaiverUse:
    """What became of a waiver. ``covered`` are the findings that it set aside when last seen.

    ``expired``: its last day was over at the end. ``missed`` are the findings of which it speaks,
    last seen after that day.
    """

    waiver: Waiver
    covered: tuple[Finding, ...]
    missed: tuple[Finding, ...]
    expired: bool

    @property
    def needless(self) -> bool:
        """True where nothing in the whole run is what it speaks of."""
        return not self.covered and not self.missed


@dataclass(frozen=True)
class Analysis:
    """The judgement of a run, as far as its course goes."""

    run: Run
    course: Course
    findings: tuple[Finding, ...]

    @property
    def history(self) -> History:
        """The iterations at hand, the baseline first: all where the course was kept whole, else the
        baseline and the newest."""
        if self.course.whole:
            return self.course.history
        known = {i.number: i for i in (self.course.baseline, self.course.newest) if i}
        return tuple(known.values())

    @property
    def iterations(self) -> tuple[Iteration, ...]:
        """Of the iterations at hand those proper: without the baseline, and without one that was
        interrupted, since tests that were ended half-way could not clear up after themselves."""
        return tuple(item for item in self.history if item.number > 0 and not item.interrupted)

    @property
    def truths(self) -> Mapping[str, str]:
        """Invariant name -> the truth that it states."""
        return self.course.truths

    @property
    def terms(self) -> Terms:
        return self.course.terms

    @property
    def baseline(self) -> Iteration | None:
        return self.course.baseline

    @property
    def uncompared(self) -> str:
        """Why there is nothing to compare with, or "" where the baseline is whole."""
        if self.baseline is None:
            return "no baseline was taken"
        return f"the baseline is torn: {self.baseline.broken}" if self.baseline.broken else ""

    @property
    def verdict(self) -> Verdict:
        """The worst of all iterations proper, where what healed in time does not count.

        UNKNOWN at best without an end mark, without an iteration, without a whole baseline, where
        the cloud was not seen to recover from a fault that was made, or where faults were at work
        beside all tests and none passed.
        """
        journal = self.course.journal
        tried = {trial.verdict for trial in self.faults}
        if self.failing or Verdict.FAIL in journal.tests_verdicts | tried:
            return Verdict.FAIL
        doubted = any(doubts.doubted for doubts in self.course.doubts.values())
        unseen = doubted or journal.not_whole or Verdict.UNKNOWN in journal.tests_verdicts | tried
        ended = self.run.ending and journal.numbers and not self.uncompared and not journal.untried
        return Verdict.UNKNOWN if unseen or not ended else Verdict.PASS

    @cached_property
    def failing(self) -> frozenset[Life]:
        """The findings that fail the run: some iteration of their lives has them count."""
        lives = (f for f in self.findings if self.course.failed_in(f))
        return frozenset((f.identity, f.since) for f in lives)

    def counts(self, finding: Finding) -> bool:
        """Tell whether a finding fails the run."""
        return (finding.identity, finding.since) in self.failing

    @cached_property
    def rules(self) -> list[RuleTally]:
        """The rules as the run's verdict takes them: what healed in time is set aside."""
        return self.course.rules(self.findings)

    @property
    def outages(self) -> Newest[Outage]:
        """The services that did not answer, from the baseline on: one event for each time."""
        return self.course.outages.all

    @property
    def host_changes(self) -> Newest[tuple[int, HostChange]]:
        """The compute hosts that came or left, with the iteration."""
        return self.course.host_changes

    @property
    def boots(self) -> BootTally:
        """The servers that failed in iterations proper, by cause."""
        return self.course.boots

    @cached_property
    def faults(self) -> tuple[Trial, ...]:
        """What came of each fault that was made on purpose, in the order in which they began."""
        return self.course.trials.ended(self.run.windows)

    @cached_property
    def waivers(self) -> tuple[WaiverUse, ...]:
        """What became of each waiver."""
        newest = self.course.newest
        last = newest.moment if newest else self.run.started
        return tuple(_use(waiver, self.findings, last) for waiver in self.terms.waivers)

    def deltas(self, iteration: Iteration) -> Amounts:
        """Return what each host holds more than at the baseline, gauge by gauge."""
        return difference(iteration.amounts, self.baseline.amounts if self.baseline else {})


def analysis_of(run: Run, course: Course) -> Analysis:
    """Return the judgement of a run that has come so far."""
    findings, trials = course.followed.findings, course.trials
    if trials.all:
        findings = tuple(replace(each, suspect=trials.suspects(each)) for each in findings)
    return Analysis(run, course, findings)


def analyse(
    run: Run, history: Iterable[Iteration], truths: Mapping[str, str], terms: Terms | None = None
) -> Analysis:
    """Judge a run from its judged iterations, in the order of their numbers; all are kept."""
    course = Course(truths, terms or Terms(), whole=True)
    for iteration in history:
        course = course.plus(iteration)
    return analysis_of(run, course)


def _use(waiver: Waiver, findings: tuple[Finding, ...], last: float) -> WaiverUse:
    mine = [f for f in findings if waiver.matches(f.invariant, f.breach)]
    return WaiverUse(
        waiver,
        tuple(f for f in mine if f.waiver == waiver),
        tuple(f for f in mine if waiver.expired(f.last_at)),
        waiver.expired(last),
    )
