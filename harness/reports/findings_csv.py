"""The findings as rows: for spreadsheets, and for the command that lists them."""

from typing import Any

from harness.core.findings.findings import Finding
from harness.core.rules.origin import AMOUNTS
from harness.core.runs.analysis import Analysis
from harness.reports.figures import moment, plain_number
from harness.reports.lives import status
from harness.reports.plain_text import cell, csv_table, line

COLUMNS = (
    *("id", "rule", "subject", "host", "class", "status", "fails", "owner"),
    *AMOUNTS,
    *("since", "last", "closed", "opened_at", "last_at", "closed_at"),
    *("heals_by", "due", "overdue", "healed_after", "waiver", "suspect", "message"),
)
_LONG = 2000


def render(analysis: Analysis) -> dict[str, str]:
    """Return ``findings.csv``, a row for each finding, the oldest first."""
    rows = [[_cell(value) for value in row(f, analysis.counts(f))] for f in analysis.findings]
    return {"findings.csv": csv_table([COLUMNS, *rows])}


def row(finding: Finding, fails: bool) -> tuple[Any, ...]:
    """Return a finding's values for COLUMNS, foreign text made harmless; None is not known."""
    breach, healing, waiver = finding.breach, finding.breach.healing, finding.waiver
    return (
        finding.id,
        line(finding.invariant),
        line(breach.subject),
        line(breach.host),
        finding.origin.value,
        status(finding),
        fails,
        line(breach.owner),
        *(breach.amounts.get(name) for name in AMOUNTS),
        finding.since,
        finding.last,
        finding.closed,
        moment(finding.opened_at) or None,
        moment(finding.last_at) or None,
        moment(finding.closed_at) or None,
        line(healing.by) if healing else None,
        moment(finding.due) or None,
        finding.overdue,
        plain_number(finding.healed_after),
        line(f"{waiver.bug}: {waiver.reason} (until {waiver.until})") if waiver else None,
        line(finding.suspect) or None,
        line(breach.message, _LONG),
    )


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return cell(value, 2 * _LONG) if isinstance(value, str) else str(value)
