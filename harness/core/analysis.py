"""A run, judged: everything that a report may say, and nothing that it must work out."""

from dataclasses import dataclass, field, replace
from functools import cached_property

from harness.core.amounts import difference
from harness.core.excuses import as_judged, in_the_end
from harness.core.faults import Trials, counted
from harness.core.findings import Finding, follow
from harness.core.history import Amounts, History, Identity, Iteration, Run
from harness.core.outages import Outage, outages
from harness.core.recovery import Trial
from harness.core.terms import Terms
from harness.core.verdict import Verdict, worst
from harness.core.waiver import Waiver


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
    """The judgement of a run. ``history`` begins with the baseline, iteration 0, if it was taken.

    ``truths`` maps each invariant's name to the truth that it states.
    """

    run: Run
    history: History
    findings: tuple[Finding, ...]
    truths: dict[str, str]
    terms: Terms = field(default_factory=Terms)
    trials: Trials = field(default_factory=Trials)

    @property
    def baseline(self) -> Iteration | None:
        return self.history[0] if self.history and self.history[0].number == 0 else None

    @property
    def uncompared(self) -> str:
        """Why there is nothing to compare with, or "" where the baseline is whole."""
        if self.baseline is None:
            return "no baseline was taken"
        return f"the baseline is torn: {self.baseline.broken}" if self.baseline.broken else ""

    @property
    def iterations(self) -> tuple[Iteration, ...]:
        """The iterations proper: without the baseline, and without one that was interrupted.

        Tests that were ended half-way could not clear up after themselves.
        """
        return tuple(item for item in self.history if item.number > 0 and not item.interrupted)

    @cached_property
    def final(self) -> tuple[Iteration, ...]:
        """The iterations proper as the run's verdict takes them: what healed in time is aside."""
        return in_the_end(self.iterations, self.findings, self.terms)

    @property
    def verdict(self) -> Verdict:
        """The worst of all iterations, where what healed in time does not count.

        UNKNOWN at best without an end mark, without an iteration, without a whole baseline, or
        where the cloud was not seen to recover from a fault that was made.
        """
        seen = [*map(counted, self.final), *(trial.verdict for trial in self.faults)]
        if not self.run.ending or not self.iterations or self.uncompared:
            seen.append(Verdict.UNKNOWN)
        return worst(seen)

    @cached_property
    def failing(self) -> frozenset[tuple[Identity, int]]:
        """(identity, since) of each finding that fails the run."""
        lives: dict[Identity, list[Finding]] = {}
        for finding in self.findings:
            lives.setdefault(finding.identity, []).append(finding)
        return frozenset(
            (life.identity, life.since)
            for item in self.final
            for check in item.checks
            for breach in check.breaches
            for life in lives.get((check.invariant, breach.subject, breach.host), ())
            if life.since <= item.number <= life.last
        )

    def counts(self, finding: Finding) -> bool:
        """Tell whether a finding fails the run: whether some iteration of its life has it count."""
        return (finding.identity, finding.since) in self.failing

    @cached_property
    def outages(self) -> tuple[Outage, ...]:
        """The services that did not answer, from the baseline on: one event for each time."""
        return outages(seen for item in self.history for seen in item.sightings)

    @cached_property
    def faults(self) -> tuple[Trial, ...]:
        """What came of each fault that was made on purpose, in the order in which they began."""
        return self.trials.ended(self.run.windows)

    @cached_property
    def waivers(self) -> tuple[WaiverUse, ...]:
        """What became of each waiver."""
        last = self.history[-1].moment if self.history else self.run.started
        return tuple(_use(waiver, self.findings, last) for waiver in self.terms.waivers)

    def deltas(self, iteration: Iteration) -> Amounts:
        """Return what each host holds more than at the baseline, gauge by gauge."""
        return difference(iteration.amounts, self.baseline.amounts if self.baseline else {})


def analyse(
    run: Run, history: History, truths: dict[str, str], terms: Terms | None = None
) -> Analysis:
    """Judge a run from its judged iterations, which are in the order of their numbers."""
    terms = terms or Terms()
    findings = follow(history, terms.waivers)
    judged, trials = as_judged(history, findings, terms)
    if trials.all:
        findings = tuple(replace(each, suspect=trials.suspects(each)) for each in findings)
    return Analysis(run, judged, findings, truths, terms, trials)


def _use(waiver: Waiver, findings: tuple[Finding, ...], last: float) -> WaiverUse:
    mine = [f for f in findings if waiver.matches(f.invariant, f.breach)]
    return WaiverUse(
        waiver,
        tuple(f for f in mine if f.waiver == waiver),
        tuple(f for f in mine if waiver.expired(f.last_at)),
        waiver.expired(last),
    )
