"""A run as all reports see it: its tallies, and its findings by their fate."""

from dataclasses import dataclass
from functools import cached_property

from harness.core.findings.findings import Finding
from harness.core.iterations.spans import Spans
from harness.core.rules.invariant import Excuse
from harness.core.rules.verdict import Verdict
from harness.core.runs.analysis import Analysis
from harness.core.runs.journal import Journal
from harness.core.runs.tally import RuleTally, TestTally


@dataclass(frozen=True)
class Digest:
    """A run and its tallies over the iterations proper, each worked out once for all reports."""

    analysis: Analysis

    @property
    def journal(self) -> Journal:
        """What is kept of the iterations proper."""
        return self.analysis.course.journal

    @cached_property
    def verdict(self) -> Verdict:
        return self.analysis.verdict

    @property
    def rules(self) -> list[RuleTally]:
        """The rules as the run's verdict takes them: what healed in time is set aside."""
        return self.analysis.rules

    @cached_property
    def tests(self) -> list[TestTally]:
        """Each test, by name."""
        return sorted(self.analysis.course.tests.values(), key=lambda test: test.name)

    @cached_property
    def known(self) -> bool:
        """True where every rule was judged in every iteration, so that silence means something."""
        doubted = any(rule.unknown for rule in self.rules)
        compared = self.analysis.run.ending and not self.analysis.uncompared
        judged = self.journal.numbers and not self.journal.not_whole
        return bool(judged and compared) and not doubted

    @cached_property
    def findings(self) -> list[Finding]:
        """Those that an iteration proper saw: not the baseline or an interrupted one alone."""
        numbers = self.journal.numbers
        return [f for f in self.analysis.findings if numbers.within(f.since, f.last)]

    @property
    def leaks(self) -> list[Finding]:
        """The findings that came in an iteration and stayed."""
        return [f for f in self._new if f.closed is None]

    @property
    def gone(self) -> list[Finding]:
        """The findings that came in an iteration and went in a later one, but for the healed."""
        return [f for f in self._new if f.closed is not None and not f.healed_in_time]

    @property
    def healed(self) -> list[Finding]:
        """The findings that the cloud healed in the time that it has for that."""
        return [f for f in self._new if f.healed_in_time]

    @property
    def waived(self) -> list[Finding]:
        """The findings that a waiver covers."""
        return [f for f in self.findings if f.waiver]

    @property
    def old(self) -> list[Finding]:
        """The findings of the baseline that an iteration saw too."""
        return [f for f in self.findings if f.in_baseline and not f.waiver]

    @property
    def grown(self) -> list[Finding]:
        """Those of the baseline that count all the same: they hold more, or the terms say so."""
        return [f for f in self.old if self.analysis.counts(f)]

    @cached_property
    def cut_off(self) -> list[Finding]:
        """The findings that are what tests left which were cut off: their driver died, or somebody
        ended it."""
        cut_offs = self.analysis.course.cut_offs
        return [f for f in self.findings if cut_offs.left(f) and not f.waiver]

    @cached_property
    def faulty(self) -> list[Finding]:
        """The findings that faults excuse which were made on purpose: nothing counts of them."""
        course = self.analysis.course
        return [
            f
            for f in self.findings
            if any(aside.excuse is Excuse.FAULT for aside, _ in course.asides_of(f))
            and not self.analysis.counts(f)
        ]

    @property
    def _new(self) -> list[Finding]:
        aside = {(f.identity, f.since) for f in (*self.cut_off, *self.faulty)}
        return [
            f
            for f in self.findings
            if not f.in_baseline and not f.waiver and (f.identity, f.since) not in aside
        ]

    @property
    def interrupted(self) -> Spans:
        """The iterations that somebody ended half-way; they are in no tally and no verdict."""
        return self.analysis.course.interrupted
