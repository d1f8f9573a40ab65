"""Outages of services, as the reports tell them: one line for each."""

from harness.core.analysis import Analysis
from harness.core.outages import Outage
from harness.reports.figures import moment
from harness.reports.plain_text import count, line, some

_MOST = 20


def outages_told(analysis: Analysis) -> list[str]:
    """Return the section of report.txt."""
    told = [f"- {line(outage.service)} {_when(outage)}" for outage in analysis.outages]
    reasons = [f"    {line(outage.reason)}" for outage in analysis.outages]
    pairs = [f"{first}\n{second}" for first, second in zip(told, reasons, strict=True)]
    return ["OUTAGES", *some(pairs, _MOST, " outages")]


def outage_properties(analysis: Analysis) -> dict[str, str]:
    """Return the properties of JUnit: outage.NUMBER, the newest of them."""
    return {
        f"outage.{number}": f"{line(outage.service)} {_when(outage)}: {line(outage.reason)}"
        for number, outage in list(enumerate(analysis.outages, 1))[-_MOST:]
    }


def _when(outage: Outage) -> str:
    looks = count(outage.looks, "look")
    if outage.over is None:
        return f"did not answer since {moment(outage.since)}, last looked {moment(outage.last)}"
    return f"did not answer from {moment(outage.since)} to {moment(outage.over)}, in {looks}"
