"""A finding told in words: what was seen, where, since when, and what each view says."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from harness.core.findings.findings import Finding
from harness.core.iterations.history import Iteration
from harness.core.iterations.spans import Spans, union
from harness.core.rules.invariant import Aside, Breach, Check, Doubt
from harness.reports.lives import facts
from harness.reports.plain_text import iterations, line, some

FINDINGS = 40
"""How many findings, or doubts, one text tells."""

_VIEWS = 12
_SAID = 600

Lives = Mapping[tuple[str, str, str], Sequence[Finding]]
"""identity -> the findings that had it, oldest first."""


def lives(findings: Iterable[Finding]) -> Lives:
    """Return the findings by identity."""
    found: dict[tuple[str, str, str], list[Finding]] = {}
    for finding in findings:
        found.setdefault(finding.identity, []).append(finding)
    return found


def as_of(iteration: Iteration, check: Check, known: Lives) -> list[Finding]:
    """Return the check's breaches as the findings that they were in that iteration.

    What later iterations brought is left out, so that the text of an iteration never changes.
    """
    now = iteration.number
    found = []
    for breach in check.breaches:
        mine = Finding(check.invariant, breach, now, now, last_at=iteration.moment)
        begun = [f for f in known.get(mine.identity, ()) if f.since <= now <= f.last]
        found.append(_then(begun[-1], mine) if begun else mine)
    return found


def _then(life: Finding, mine: Finding) -> Finding:
    """Return a finding as it was when ``mine`` was its last sight."""
    return replace(
        mine,
        since=life.since,
        opened_at=life.opened_at,
        promised=life.promised,
        first=life.first,
    )


def tell_findings(findings: Sequence[Finding]) -> list[str]:
    """Return the lines that tell of findings, and of how many more there are."""
    lines = [each for finding in findings[:FINDINGS] for each in _told(finding)]
    return lines + some(["" for _ in findings], FINDINGS, " findings")[FINDINGS:]


def tell_asides(asides: Iterable[tuple[Aside, Spans]]) -> list[str]:
    """Return the lines that tell of (aside, iterations): a line for each thing and its excuse."""
    found: dict[tuple[str, str, str], list[Spans]] = {}
    for aside, numbers in asides:
        place = f" on {line(aside.breach.host)}" if aside.breach.host else ""
        told = (f"{line(aside.breach.subject)}{place}", aside.excuse.value, line(aside.reason))
        found.setdefault(told, []).append(numbers)
    lines = [
        f"- {what}, {excuse} in {iterations(union(each))}: {reason}"
        for (what, excuse, reason), each in found.items()
    ]
    return some(lines, FINDINGS, " things")


def tell_doubts(doubts: Sequence[Doubt]) -> list[str]:
    """Return the lines that say why it is not known whether a rule holds."""
    lines = [each for doubt in doubts[:FINDINGS] for each in _about(doubt, "")]
    return lines + some(["" for _ in doubts], FINDINGS, " doubts")[FINDINGS:]


def when(number: int) -> str:
    """Return "the baseline" or "iteration 12"."""
    return f"iteration {number}" if number else "the baseline"


def fate(finding: Finding) -> str:
    """Return since when the finding stands, and until when."""
    text = f"since {when(finding.since)}, last seen in {when(finding.last)}"
    if finding.closed is None:
        return f"{text}, not gone since"
    return f"{text}, gone in {when(finding.closed)}"


def _told(finding: Finding) -> list[str]:
    return _about(finding.breach, f", {fate(finding)}", facts(finding))


def _about(item: Breach | Doubt, end: str, known: str = "") -> list[str]:
    place = f" on {line(item.host)}" if item.host else ""
    views = [f"    {line(view)}: {line(said, _SAID)}" for view, said in sorted(item.views.items())]
    head = f"- {line(item.subject)}{place}{end}"
    told = [f"  {line(item.message, _SAID)}", *([f"  {known}"] if known else [])]
    return [head, *told, *some(views, _VIEWS, " views")]
