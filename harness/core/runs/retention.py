"""In which iterations something happened, so that their captures are worth more than others'."""

from harness.core.findings.findings import Finding
from harness.core.rules.verdict import Verdict
from harness.core.runs.analysis import Analysis


def eventful(analysis: Analysis) -> bool:
    """Tell whether something happened in the newest iteration: a finding came or went, a test did
    not pass, or not everything is known. A finding that only stands on is no event."""
    item = analysis.course.newest
    if item is None or item.interrupted or item.broken:
        return True
    tests = item.tests is not None and item.tests.verdict is Verdict.PASS
    doubted = any(check.doubts for check in item.checks)
    standing = analysis.course.followed.standing.values()
    came = any(finding.since == item.number for finding in standing)
    return doubted or came or not tests or bool(just_closed(analysis))


def just_closed(analysis: Analysis) -> list[Finding]:
    """Return the findings that the newest iteration saw to be gone."""
    newest, found = analysis.course.newest, []
    for finding in reversed(analysis.course.followed.closed):
        if newest is None or finding.closed != newest.number:
            break
        found.append(finding)
    return found
