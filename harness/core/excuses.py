"""Which breaches fail nothing: waived, there before the first test, left by tests that the
harness was cut off in, of the time when a fault was at work (``core.faults``), or healed in time.

What is set aside stays told: it moves from a check's ``breaches`` to its ``aside``. What an
iteration sets aside depends on nothing that came later, so that its verdict never changes; only the
verdict of the run knows what has healed.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from harness.core.faults import Trials, without_unseen
from harness.core.findings import Finding
from harness.core.history import History, Identity, Iteration
from harness.core.invariant import Aside, Breach, Check, Excuse
from harness.core.origin import Origin
from harness.core.terms import Terms
from harness.core.waiver import Waiver, covering

Judge = Callable[[Iteration, str, Breach, Finding | None], Aside | None]
"""iteration, rule, breach, its finding -> why it is set aside, or None where it counts."""


def as_judged(
    history: History, findings: Sequence[Finding], terms: Terms
) -> tuple[tuple[Iteration, ...], Trials]:
    """Return the iterations with what is waived or old set aside, as far as each could know, and
    what came of the faults that were made."""

    def judge(item: Iteration, rule: str, breach: Breach, finding: Finding | None) -> Aside | None:
        if waiver := covering(terms.waivers, rule, breach, item.moment):
            return waived(breach, waiver)
        if fault := trials.mask(rule, breach, finding):
            return fault
        if finding is None or finding.first is None:
            return None
        if number := left.get((finding.identity, finding.since)):
            reason = f"the tests of iteration {number} left it when they were cut off"
            return Aside(breach, Excuse.CUT_OFF, reason)
        old = finding.in_baseline and item.number > 0
        if old and not terms.baseline_fails and not holds_more(finding.first, breach):
            return Aside(breach, Excuse.OLD, "it stood before the first test")
        return None

    left, trials, judged = of_cut_off(history, findings), Trials(), []
    known = _lives(findings)
    for item in history:
        trials = trials.plus(item, terms.waivers)
        judged.append(trials.masked(_judged(item, known, judge)))
    return tuple(judged), trials


def in_the_end(
    history: History, findings: Sequence[Finding], terms: Terms
) -> tuple[Iteration, ...]:
    """Return the judged iterations with what healed in time set aside too, and what could not be
    seen for a fault left out."""
    history = tuple(map(without_unseen, history))
    if terms.healed_fails:
        return tuple(history)

    def judge(item: Iteration, rule: str, breach: Breach, finding: Finding | None) -> Aside | None:
        if kept := asides.get((item.number, rule, breach.subject, breach.host)):
            return kept
        if finding and finding.healed_in_time and finding.breach.healing:
            reason = f"{finding.breach.healing.by} healed it in time"
            return Aside(breach, Excuse.HEALED, reason)
        return None

    asides = {
        (item.number, check.invariant, aside.breach.subject, aside.breach.host): aside
        for item in history
        for check in item.checks
        for aside in check.aside
    }
    return _each(history, findings, judge)


def waived(breach: Breach, waiver: Waiver) -> Aside:
    """Return a breach as set aside by a waiver."""
    reason = f"{waiver.bug}: {waiver.reason} (until {waiver.until})"
    return Aside(breach, Excuse.WAIVED, reason)


def waive(checks: Iterable[Check], waivers: Sequence[Waiver], moment: float) -> tuple[Check, ...]:
    """Return the checks of one moment, outside a run, with what is waived set aside."""

    def judge(rule: str, breach: Breach) -> Aside | None:
        waiver = covering(waivers, rule, breach, moment)
        return waived(breach, waiver) if waiver else None

    return tuple(_split(check, judge) for check in checks)


def of_cut_off(history: History, findings: Sequence[Finding]) -> Mapping[tuple[Identity, int], int]:
    """Return (identity, since) -> iteration, for what tests left that were cut off in it: their
    driver died, or somebody ended it."""
    died = {item.number for item in history if item.cut_off}
    ended: dict[Identity, int] = {}
    for item in history:
        if item.interrupted:
            for check in item.checks:
                for breach in check.seen:
                    identity = (check.invariant, breach.subject, breach.host)
                    ended.setdefault(identity, item.number)
    found = {}
    for finding in findings:
        number = finding.since if finding.since in died else ended.get(finding.identity, 0)
        if finding.breach.origin is Origin.TEST_LEFT and 0 < number <= finding.since:
            found[finding.identity, finding.since] = number
    return found


def holds_more(first: Breach, breach: Breach) -> bool:
    """Tell whether a breach holds more than at first, or may hide something new.

    A rule about a whole host has one breach for all that is wrong there: without amounts, nothing
    but the same words tell that nothing has come to it.
    """
    held, now = first.amounts, breach.amounts
    if not held or not now:
        return breach.subject == breach.host and breach.message != first.message
    return any(abs(now[name]) > abs(held.get(name, 0)) for name in now)


def _each(history: History, findings: Sequence[Finding], judge: Judge) -> tuple[Iteration, ...]:
    known = _lives(findings)
    return tuple(_judged(iteration, known, judge) for iteration in history)


def _lives(findings: Sequence[Finding]) -> dict[Identity, list[Finding]]:
    known: dict[Identity, list[Finding]] = {}
    for finding in findings:
        known.setdefault(finding.identity, []).append(finding)
    return known


def _judged(
    iteration: Iteration, known: Mapping[Identity, Sequence[Finding]], judge: Judge
) -> Iteration:
    def of_rule(rule: str, breach: Breach) -> Aside | None:
        lives = known.get((rule, breach.subject, breach.host), ())
        now = [life for life in lives if life.since <= iteration.number <= life.last]
        return judge(iteration, rule, breach, now[-1] if now else None)

    return replace(iteration, checks=tuple(_split(check, of_rule) for check in iteration.checks))


def _split(check: Check, judge: Callable[[str, Breach], Aside | None]) -> Check:
    """Return a check with each of its breaches where it belongs, in the order of the check."""
    if not check.seen:
        return check
    found = [(breach, judge(check.invariant, breach)) for breach in check.seen]
    return replace(
        check,
        breaches=tuple(breach for breach, aside in found if aside is None),
        aside=tuple(aside for _, aside in found if aside),
    )
