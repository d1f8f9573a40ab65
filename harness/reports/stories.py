"""A finding told in words: what was seen, where, since when, and what each view says."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from harness.core.findings import Finding
from harness.core.history import Iteration
from harness.core.invariant import Breach, Check, Doubt
from harness.reports.plain_text import line, some

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
        mine = Finding(check.invariant, breach, now, now)
        begun = [f.since for f in known.get(mine.identity, ()) if f.since <= now <= f.last]
        found.append(replace(mine, since=max(begun, default=now)))
    return found


def tell_findings(findings: Sequence[Finding]) -> list[str]:
    """Return the lines that tell of findings, and of how many more there are."""
    lines = [each for finding in findings[:FINDINGS] for each in _told(finding)]
    return lines + some(["" for _ in findings], FINDINGS, " findings")[FINDINGS:]


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
    return _about(finding.breach, f", {fate(finding)}")


def _about(item: Breach | Doubt, end: str) -> list[str]:
    place = f" on {line(item.host)}" if item.host else ""
    views = [f"    {line(view)}: {line(said, _SAID)}" for view, said in sorted(item.views.items())]
    head = f"- {line(item.subject)}{place}{end}"
    return [head, f"  {line(item.message, _SAID)}", *some(views, _VIEWS, " views")]
