"""Which breaches fail nothing: waived, there before the first test, left by tests that the
harness was cut off in, of the time when a fault was at work (``core.faults``), or healed in time.

What is set aside stays told: it moves from a check's ``breaches`` to its ``aside``. What an
iteration sets aside depends on nothing that came later, so that its verdict never changes; only the
verdict of the run knows what has healed.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from harness.core.findings.fault_excuses import Trials
from harness.core.findings.findings import Finding
from harness.core.findings.terms import Terms
from harness.core.findings.waiver import Waiver, covering
from harness.core.iterations.history import Identity, Iteration
from harness.core.iterations.spans import NONE, Spans
from harness.core.rules.invariant import Aside, Breach, Check, Excuse
from harness.core.rules.origin import Origin


@dataclass(frozen=True)
class CutOffs:
    """Iterations whose tests were cut off so far: ``died`` with their driver; ``ended`` maps what
    an iteration saw that somebody ended to its number, the first one."""

    died: Spans = NONE
    ended: Mapping[Identity, int] = field(default_factory=dict)

    def plus(self, item: Iteration) -> "CutOffs":
        """Return them with a further iteration."""
        died = self.died.plus(item.number) if item.cut_off else self.died
        ended = self.ended
        if item.interrupted:
            seen = [
                (check.invariant, breach.subject, breach.host)
                for check in item.checks
                for breach in check.seen
            ]
            ended = {**dict.fromkeys(seen, item.number), **ended}
        return CutOffs(died, ended)

    def left(self, finding: Finding) -> int:
        """Return the iteration whose tests left a finding when they were cut off, or 0."""
        since = finding.since
        number = since if since in self.died else self.ended.get(finding.identity, 0)
        return number if finding.breach.origin is Origin.TEST_LEFT and number <= since else 0


def judged_then(
    item: Iteration,
    standing: Mapping[Identity, Finding],
    cut_offs: CutOffs,
    trials: Trials,
    terms: Terms,
) -> Iteration:
    """Return an iteration with what does not count set aside, as far as it could know.

    ``standing`` are the findings that stand after it, ``trials`` what came of faults by its end.
    """

    def judge(rule: str, breach: Breach) -> Aside | None:
        if waiver := covering(terms.waivers, rule, breach, item.moment):
            return waived(breach, waiver)
        finding = standing.get((rule, breach.subject, breach.host))
        if fault := trials.mask(rule, breach, finding):
            return fault
        if finding is None or finding.first is None:
            return None
        if number := cut_offs.left(finding):
            reason = f"the tests of iteration {number} left it when they were cut off"
            return Aside(breach, Excuse.CUT_OFF, reason)
        old = finding.in_baseline and item.number > 0
        if old and not terms.baseline_fails and not holds_more(finding.first, breach):
            return Aside(breach, Excuse.OLD, "it stood before the first test")
        return None

    checks = tuple(_split(check, judge) for check in item.checks)
    return trials.masked(replace(item, checks=checks))


def healed_aside(finding: Finding, terms: Terms) -> Aside | None:
    """Return a finding as set aside in the end where it healed in time, else None."""
    healing = finding.breach.healing
    if terms.healed_fails or not finding.healed_in_time or healing is None:
        return None
    return Aside(finding.breach, Excuse.HEALED, f"{healing.by} healed it in time")


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


def holds_more(first: Breach, breach: Breach) -> bool:
    """Tell whether a breach holds more than at first, or may hide something new.

    A rule about a whole host has one breach for all that is wrong there: without amounts, nothing
    but the same words tell that nothing has come to it.
    """
    held, now = first.amounts, breach.amounts
    if not held or not now:
        return breach.subject == breach.host and breach.message != first.message
    return any(abs(now[name]) > abs(held.get(name, 0)) for name in now)


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
