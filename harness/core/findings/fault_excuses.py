"""What faults made on purpose excuse, and for how long: until the cloud has recovered.

A fault is at work from the moment it begins until a look in which every invariant holds again, or
until its time to recover has run out. What breaks a rule meanwhile, and did not before, is set
aside; what still does when the time has run out counts, with the fault as its suspect. A test that
fails meanwhile says nothing of the cloud, nor does what it left.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from harness.core.faults.fault_windows import Look, Window, broken, doubted
from harness.core.findings.findings import Finding
from harness.core.findings.recovery import Trial
from harness.core.findings.waiver import Waiver, covering
from harness.core.iterations.history import DISTURBED, Identity, Iteration, TestRun
from harness.core.rules.invariant import Aside, Breach, Check, Excuse
from harness.core.rules.origin import Origin
from harness.core.rules.verdict import Verdict


@dataclass(frozen=True)
class Trials:
    """The faults of a run so far. ``before`` is what was wrong when last none was at work.

    ``touching`` are those that were at work in the newest iteration. ``disturbed`` maps an
    iteration in which tests went wrong meanwhile to the faults. ``last_wrong`` is what was wrong in
    the newest look.
    """

    all: tuple[Trial, ...] = ()
    before: frozenset[Identity] = frozenset()
    touching: tuple[Trial, ...] = ()
    disturbed: Mapping[int, str] = field(default_factory=dict)
    last_wrong: frozenset[Identity] = frozenset()

    def plus(self, item: Iteration, waivers: Sequence[Waiver] = ()) -> "Trials":
        """Return them with a further iteration as it was seen, before anything is set aside."""
        if not self.all and not item.windows:
            return self._calm(item) if not item.interrupted else self
        told = tuple(
            replace(trial, found=_wrong_before(trial.window.begun, item.looks, self.last_wrong))
            if trial.first == item.number
            else trial
            for trial in self._with(item.windows, item.number)
        )
        at_work = {trial.window.step.number for trial in told if trial.at_work}
        looks = _counting(item.looks, told, waivers)
        before = self.before | _seen_first(item, [t for t in told if t.first == item.number])
        told = tuple(_seen(trial, told, item.number, looks, before) for trial in told)
        touching = tuple(trial for trial in told if trial.window.step.number in at_work)
        wrong = _wrong_before(math.inf, item.looks, self.last_wrong)
        news = replace(self, all=told, before=before, touching=touching, last_wrong=wrong)
        if not touching:
            return news._calm(item) if not item.interrupted else news
        faults = _names(_in_tests(item, touching))
        if not faults or item.tests is None or item.tests.verdict is Verdict.PASS:
            return news
        return replace(news, disturbed={**self.disturbed, item.number: faults})

    def awaits(self, item: Iteration, waivers: Sequence[Waiver] = ()) -> bool:
        """Tell whether a further look than those of an iteration so far may show that the cloud has
        recovered."""
        return any(trial.waited_for for trial in self.plus(item, waivers).all)

    def ended(self, windows: Sequence[Window]) -> tuple[Trial, ...]:
        """Return them as they are known to have ended, with what came after the last look."""
        return self._with(windows, self.all[-1].first if self.all else 0)

    def mask(self, rule: str, breach: Breach, finding: Finding | None) -> Aside | None:
        """Return a breach of the newest iteration as set aside by the faults, or None."""
        faults = self.disturbed.get(finding.since) if finding else None
        if faults and self._left(breach):
            reason = f"tests left it that were disturbed by {faults}"
            return Aside(breach, Excuse.FAULT, reason)
        identity = (rule, breach.subject, breach.host)
        if identity in self.before:
            return None
        masking = [t for t in self.touching if t.late_in is None and identity not in t.found]
        if not masking:
            return None
        return Aside(breach, Excuse.FAULT, f"{_names(masking)} was at work")

    def masked(self, item: Iteration) -> Iteration:
        """Return the newest iteration with its doubts and tests set aside as far as they may be."""
        if not self.touching:
            return item
        masking = any(trial.late_in is None for trial in self.touching)
        checks = tuple(map(self._unseen, item.checks)) if masking else item.checks
        faults = _names(_in_tests(item, self.touching))
        tests = _disturbed(item.tests, faults) if item.tests and faults else item.tests
        names = tuple(trial.name for trial in self.touching)
        return replace(item, checks=checks, tests=tests, faults=names)

    def suspects(self, finding: Finding) -> str:
        """Return the faults that a finding is blamed on, or ""."""
        late = [
            trial
            for trial in self.all
            if trial.late_in is not None
            and finding.identity in trial.stands
            and trial.first <= finding.since <= trial.late_in
        ]
        if late:
            return _names(late)
        return self.disturbed.get(finding.since, "") if self._left(finding.breach) else ""

    def _left(self, breach: Breach) -> bool:
        return breach.origin is Origin.TEST_LEFT and not _leftovers_fail(self.all)

    def _unseen(self, check: Check) -> Check:
        names = [(check.invariant, doubt.subject, doubt.host) for doubt in check.doubts]
        pairs = list(zip(names, check.doubts, strict=True))
        return replace(
            check,
            doubts=tuple(doubt for name, doubt in pairs if name in self.before),
            unseen=tuple(doubt for name, doubt in pairs if name not in self.before),
        )

    def _calm(self, item: Iteration) -> "Trials":
        wrong = broken(item.checks).keys() | doubted(item.checks)
        return replace(self, before=frozenset(wrong), touching=(), last_wrong=frozenset(wrong))

    def _with(self, windows: Sequence[Window], number: int) -> tuple[Trial, ...]:
        """Return the faults with what is known of their windows by now, new ones too."""
        known = {trial.window.step.number: trial for trial in self.all}
        news = {w.step.number: w for w in windows}
        old = [replace(t, window=news.get(n, t.window)) for n, t in known.items()]
        return (*old, *(Trial(w, number) for n, w in news.items() if n not in known))


def without_unseen(item: Iteration) -> Iteration:
    """Return an iteration as the run's tallies take it: a rule that was not seen while a fault was
    at work was not judged."""
    if not item.faults:
        return item
    reason = f"not known while a fault was at work: {', '.join(item.faults)}"

    def of_run(check: Check) -> Check:
        if not check.unseen:
            return check
        alone = not check.breaches and not check.doubts
        return replace(check, unseen=(), skipped=reason if alone else check.skipped)

    return replace(item, checks=tuple(map(of_run, item.checks)))


def _seen_first(item: Iteration, trials: Sequence[Trial]) -> frozenset[Identity]:
    """Return what was wrong in the last look before the first of some faults began."""
    begun = min((trial.window.begun for trial in trials), default=0.0)
    looks = [look for look in item.looks if look.ended <= begun]
    return frozenset(looks[-1].breaches.keys() | looks[-1].doubts) if looks else frozenset()


def _seen(
    trial: Trial,
    trials: Sequence[Trial],
    number: int,
    looks: Sequence[Look],
    before: frozenset[Identity],
) -> Trial:
    """Return a fault with an iteration's looks: what was calm until the next fault began had
    recovered, whatever that one broke."""
    later = [t.window.begun for t in trials if t.window.begun > trial.window.begun]
    until = min(later, default=math.inf)
    alone = trial.seen(number, [look for look in looks if look.ended <= until], before)
    return trial.seen(number, looks, before) if alone.recovered is None else alone


def _wrong_before(
    moment: float, looks: Sequence[Look], earlier: frozenset[Identity]
) -> frozenset[Identity]:
    """Return what was wrong in the last of some looks that ended by a moment, and ``earlier`` where
    there is none."""
    for look in reversed(looks):
        if look.ended <= moment:
            return frozenset(look.breaches.keys() | look.doubts)
    return earlier


def _in_tests(item: Iteration, trials: Sequence[Trial]) -> list[Trial]:
    """Return the faults that began before an iteration's tests had ended."""
    ended = item.started + item.phases.get("tests", 0.0)
    return [trial for trial in trials if trial.window.begun <= ended]


def _counting(
    looks: Sequence[Look], trials: Sequence[Trial], waivers: Sequence[Waiver]
) -> tuple[Look, ...]:
    """Return looks without what recovery does not wait for: what is waived, what tests left."""
    strict = _leftovers_fail(trials)

    def counts(rule: str, breach: Breach, moment: float) -> bool:
        if covering(waivers, rule, breach, moment):
            return False
        return strict or breach.origin is not Origin.TEST_LEFT

    return tuple(
        replace(
            look,
            breaches={k: b for k, b in look.breaches.items() if counts(k[0], b, look.started)},
        )
        for look in looks
    )


def _leftovers_fail(trials: Sequence[Trial]) -> bool:
    return any(trial.window.step.leftovers_fail for trial in trials)


def _names(trials: Sequence[Trial]) -> str:
    return ", ".join(f"fault {trial.name!r}" for trial in trials)


def _disturbed(tests: TestRun, faults: str) -> TestRun:
    """Return tests with what went wrong set aside: it may be the fault's doing."""
    results = tuple(
        replace(r, status=DISTURBED, detail=f"{r.status} while {faults} was at work\n{r.detail}")
        if r.bad
        else r
        for r in tests.results
    )
    return replace(tests, results=results, disturbed=faults)
