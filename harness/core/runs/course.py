"""A run so far, folded: each further iteration is taken in and may then be let go.

What a report says rests on this and on the newest iteration, so that neither memory nor time grows
with the number of iterations: with what was found alone. Live runs and replay take in alike.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from harness.core.findings.excuses import CutOffs, healed_aside, judged_then
from harness.core.findings.fault_excuses import Trials, without_unseen
from harness.core.findings.findings import Finding, Followed
from harness.core.findings.terms import Terms
from harness.core.iterations.boots import BootTally
from harness.core.iterations.history import Identity, Iteration
from harness.core.iterations.newest import Newest
from harness.core.iterations.outages import Outages
from harness.core.iterations.spans import NONE, Spans, union
from harness.core.rules.invariant import Aside, Excuse
from harness.core.runs.journal import Journal
from harness.core.runs.tally import Doubts, RuleTally, TestTally, tests_of
from harness.core.views.host_changes import HostChange

Life = tuple[Identity, int]
"""What a finding is known by: its identity, and the iteration that it came in."""


@dataclass(frozen=True)
class Fate:
    """In which iterations proper a finding counted, and in which it was set aside and why."""

    counted: Spans = NONE
    asides: Mapping[tuple[Excuse, str], tuple[Aside, Spans]] = field(default_factory=dict)

    def counts_in(self, number: int) -> "Fate":
        return replace(self, counted=self.counted.plus(number))

    def aside_in(self, number: int, aside: Aside) -> "Fate":
        why = (aside.excuse, aside.reason)
        _, numbers = self.asides.get(why, (aside, NONE))
        return replace(self, asides={**self.asides, why: (aside, numbers.plus(number))})


@dataclass(frozen=True)
class Course:
    """A run so far. ``number_of_all`` counts the baseline and what was interrupted too.

    ``newest`` is the newest iteration of all, ``last`` the newest proper one. ``columns`` are each
    (host, gauge) that was ever measured, and ``columns_before`` those before the newest.
    ``history`` is all iterations where ``whole``, and is else left empty.
    """

    truths: Mapping[str, str]
    terms: Terms = field(default_factory=Terms)
    whole: bool = field(default=False, compare=False)
    history: tuple[Iteration, ...] = field(default=(), compare=False)
    number_of_all: int = 0
    baseline: Iteration | None = None
    newest: Iteration | None = None
    last: Iteration | None = None
    interrupted: Spans = NONE
    followed: Followed = field(default_factory=Followed)
    cut_offs: CutOffs = field(default_factory=CutOffs)
    trials: Trials = field(default_factory=Trials)
    outages: Outages = field(default_factory=Outages)
    host_changes: Newest[tuple[int, HostChange]] = field(default_factory=Newest)
    fates: Mapping[Life, Fate] = field(default_factory=dict)
    doubts: Mapping[str, Doubts] = field(default_factory=dict)
    tests: Mapping[str, TestTally] = field(default_factory=dict)
    journal: Journal = field(default_factory=Journal)
    boots: BootTally = field(default_factory=BootTally)
    columns: tuple[tuple[str, str], ...] = ()
    columns_before: tuple[tuple[str, str], ...] = ()

    def plus(self, item: Iteration) -> "Course":
        """Return the course with a further iteration, which is judged for what it sets aside."""
        followed = self.followed.plus(item, self.terms.waivers)
        cut_offs = self.cut_offs.plus(item)
        trials = self.trials.plus(item, self.terms.waivers)
        item = judged_then(item, followed.standing, cut_offs, trials, self.terms)
        outages = self.outages
        for seen in item.sightings:
            outages = outages.plus(seen)
        course = replace(
            self,
            history=(*self.history, item) if self.whole else (),
            number_of_all=self.number_of_all + 1,
            baseline=item if item.number == 0 and not self.number_of_all else self.baseline,
            newest=item,
            followed=followed,
            cut_offs=cut_offs,
            trials=trials,
            outages=outages,
            host_changes=self.host_changes.plus((item.number, each) for each in item.changes),
            columns=_columns(self.columns, item),
            columns_before=self.columns,
        )
        if item.interrupted:
            return replace(course, interrupted=self.interrupted.plus(item.number))
        return course._proper(item) if item.number else course

    def _proper(self, item: Iteration) -> "Course":
        doubts = dict(self.doubts)
        for check in without_unseen(item).checks:
            name = check.invariant
            doubts[name] = doubts.get(name, Doubts()).plus(item, check)
        return replace(
            self,
            last=item,
            fates=self._fates(item),
            doubts=doubts,
            tests=tests_of(self.tests, item),
            journal=self.journal.plus(item),
            boots=self.boots.plus(item.number, item.boots) if item.boots else self.boots,
        )

    def _fates(self, item: Iteration) -> Mapping[Life, Fate]:
        found: dict[Life, Fate] = {}
        for check in item.checks:
            for breach in check.breaches:
                life = self._life(check.invariant, breach.subject, breach.host)
                found[life] = self._fate(life, found).counts_in(item.number)
            for aside in check.aside:
                life = self._life(check.invariant, aside.breach.subject, aside.breach.host)
                found[life] = self._fate(life, found).aside_in(item.number, aside)
        return {**self.fates, **found} if found else self.fates

    def _life(self, *identity: str) -> Life:
        rule, subject, host = identity
        return (rule, subject, host), self.followed.standing[rule, subject, host].since

    def _fate(self, life: Life, found: Mapping[Life, Fate]) -> Fate:
        return found.get(life) or self.fates.get(life) or Fate()

    def failed_in(self, finding: Finding) -> Spans:
        """Return the iterations that a finding fails, as the run's verdict takes them."""
        fate = self.fates.get((finding.identity, finding.since), Fate())
        return NONE if healed_aside(finding, self.terms) else fate.counted

    def asides_of(self, finding: Finding) -> Sequence[tuple[Aside, Spans]]:
        """Return what of a finding was set aside, as the run's verdict takes it."""
        fate = self.fates.get((finding.identity, finding.since), Fate())
        healed = healed_aside(finding, self.terms)
        late = [(healed, fate.counted)] if healed and fate.counted else []
        return [*fate.asides.values(), *late]

    def rules(self, findings: Sequence[Finding]) -> list[RuleTally]:
        """Return a tally of each invariant, by name; one that was judged nowhere is there too."""
        mine: dict[str, list[Finding]] = {}
        for finding in findings:
            mine.setdefault(finding.invariant, []).append(finding)
        return [
            self.doubts.get(name, Doubts()).tally(
                name,
                self.truths.get(name, name),
                union(map(self.failed_in, mine.get(name, ()))),
                self.journal.torn,
                [aside for finding in mine.get(name, ()) for aside in self.asides_of(finding)],
            )
            for name in sorted({*self.truths, *self.doubts})
        ]


def _columns(known: tuple[tuple[str, str], ...], item: Iteration) -> tuple[tuple[str, str], ...]:
    here = {(host, gauge) for host, gauges in item.amounts.items() for gauge in gauges}
    return known if here <= set(known) else tuple(sorted(here.union(known)))
