"""Compute hosts that came to the cloud or left it, as the reports tell them: one line for each."""

from typing import Any

from harness.core.runs.analysis import Analysis
from harness.core.views.host_changes import BACK, CAME, LEFT, UNSEEN
from harness.reports.plain_text import line, some

_MOST = 20
_WORDS = {
    CAME: "was first seen in iteration {}",
    BACK: "came back in iteration {}",
    LEFT: "left the cloud in iteration {}: nova knows it no more; what of it answers is still "
    "looked at",
    UNSEEN: "left the cloud since iteration {}: nova knows it no more and it does not answer; "
    "what lies there is no longer looked for",
}


def hosts_told(analysis: Analysis) -> list[str]:
    """Return the section of report.txt, the newest change first."""
    told = [f"- {each}" for _, each in reversed(_told(analysis))]
    return ["HOSTS", *some(told, _MOST, " changes", analysis.host_changes.number)]


def host_properties(analysis: Analysis) -> dict[str, str]:
    """Return the properties of JUnit: host.NUMBER, the newest of them."""
    return {f"host.{number}": text for number, text in _told(analysis)[-_MOST:]}


def hosts_json(analysis: Analysis) -> list[dict[str, Any]]:
    """Return the newest changes for summary.json."""
    return [
        {"host": line(change.host), "iteration": number, "what": change.what}
        for number, change in analysis.host_changes.kept
    ]


def _told(analysis: Analysis) -> list[tuple[int, str]]:
    return [
        (number, f"compute host {line(change.host)} {_WORDS[change.what].format(iteration)}")
        for number, (iteration, change) in analysis.host_changes.numbered
    ]
