"""A run as all reports see it: its tallies, and its findings by their fate."""

from bisect import bisect_left
from dataclasses import dataclass
from functools import cached_property

from harness.core.analysis import Analysis
from harness.core.excuses import of_cut_off
from harness.core.faults import rules_counted
from harness.core.findings import Finding
from harness.core.history import Iteration
from harness.core.invariant import Excuse
from harness.core.verdict import Verdict
from harness.reports import tally
from harness.reports.tally import RuleTally, TestTally


@dataclass(frozen=True)
class Digest:
    """A run and its tallies over the iterations proper, each worked out once for all reports."""

    analysis: Analysis

    @cached_property
    def iterations(self) -> tuple[Iteration, ...]:
        return self.analysis.iterations

    @cached_property
    def verdict(self) -> Verdict:
        return self.analysis.verdict

    @cached_property
    def rules(self) -> list[RuleTally]:
        """The rules as the run's verdict takes them: what healed in time is set aside."""
        return tally.rules(self.analysis, self.analysis.final)

    @cached_property
    def tests(self) -> list[TestTally]:
        return tally.tests(self.iterations)

    @cached_property
    def known(self) -> bool:
        """True where every rule was judged in every iteration, so that silence means something."""
        whole = not any(
            i.broken or rules_counted(i) is Verdict.UNKNOWN for i in self.analysis.final
        )
        doubted = any(rule.within(Verdict.UNKNOWN) for rule in self.rules)
        compared = self.analysis.run.ending and not self.analysis.uncompared
        return bool(self.iterations and compared) and whole and not doubted

    @cached_property
    def findings(self) -> list[Finding]:
        """Those that an iteration proper saw: not the baseline or an interrupted one alone."""
        numbers = [item.number for item in self.iterations]

        def first_after(number: int) -> int:
            return bisect_left(numbers, number)

        return [f for f in self.analysis.findings if first_after(f.since) < first_after(f.last + 1)]

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
        left = of_cut_off(self.analysis.history, self.findings)
        return [f for f in self.findings if (f.identity, f.since) in left and not f.waiver]

    @cached_property
    def faulty(self) -> list[Finding]:
        """The findings that faults excuse which were made on purpose: nothing counts of them."""
        masked = {
            (check.invariant, aside.breach.subject, aside.breach.host, item.number)
            for item in self.iterations
            for check in item.checks
            for aside in check.aside
            if aside.excuse is Excuse.FAULT
        }
        return [
            f
            for f in self.findings
            if (*f.identity, f.last) in masked and not self.analysis.counts(f)
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
    def interrupted(self) -> list[int]:
        """The iterations that somebody ended half-way; they are in no tally and no verdict."""
        kept = {item.number for item in self.iterations}
        return [i.number for i in self.analysis.history if i.number and i.number not in kept]
