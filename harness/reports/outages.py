"""Outages of services, as the reports tell them: one line for each."""

from harness.core.iterations.outages import Outage
from harness.core.runs.analysis import Analysis
from harness.reports.figures import moment
from harness.reports.plain_text import count, line, some

_MOST = 20


def outages_told(analysis: Analysis) -> list[str]:
    """Return the section of report.txt, the newest outage first."""
    told = [
        f"- {line(outage.service)} {_when(outage)}\n    {line(outage.reason)}"
        for outage in reversed(analysis.outages.kept)
    ]
    return ["OUTAGES", *some(told, _MOST, " outages", analysis.outages.number)]


def outage_properties(analysis: Analysis) -> dict[str, str]:
    """Return the properties of JUnit: outage.NUMBER, the newest of them."""
    return {
        f"outage.{number}": f"{line(outage.service)} {_when(outage)}: {line(outage.reason)}"
        for number, outage in analysis.outages.numbered[-_MOST:]
    }


def _when(outage: Outage) -> str:
    looks = count(outage.looks, "look")
    if outage.over is None:
        return f"did not answer since {moment(outage.since)}, last looked {moment(outage.last)}"
    return f"did not answer from {moment(outage.since)} to {moment(outage.over)}, in {looks}"
