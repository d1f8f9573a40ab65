"""The run as JSON, for programs. null is a number that was not seen."""

import json
from collections import Counter
from typing import Any

from harness.core.findings.findings import Finding
from harness.core.findings.terms import FAIL, PASS
from harness.core.findings.waiver import Waiver
from harness.core.iterations.brief import Brief, TestsInBrief, in_brief
from harness.core.iterations.history import DISTURBED, Amounts, Run
from harness.core.iterations.spans import Spans
from harness.core.rules.verdict import Verdict
from harness.core.runs.analysis import Analysis, WaiverUse
from harness.core.runs.tally import RuleTally, TestTally, once
from harness.reports.digest import Digest
from harness.reports.failed_boots import plain
from harness.reports.faults import faults_json
from harness.reports.figures import moment, plain_number
from harness.reports.headline import headline_of
from harness.reports.hosts import hosts_json
from harness.reports.lives import status
from harness.reports.plain_text import line

_LONG = 2000
_STATUSES = ("passed", "failed", "skipped", "unfinished", "missing", DISTURBED)


def render(analysis: Analysis) -> dict[str, str]:
    """Return ``summary.json``, with its keys sorted."""
    return write(Digest(analysis))


def write(digest: Digest) -> dict[str, str]:
    """Return ``summary.json`` of a run whose tallies are at hand."""
    data = _summary(digest)
    return {"summary.json": json.dumps(data, indent=1, sort_keys=True, allow_nan=False) + "\n"}


def _summary(digest: Digest) -> dict[str, Any]:
    """Return the run as plain data; text is made safe to show, numbers are as they were seen."""
    analysis, tests = digest.analysis, digest.tests
    last = analysis.course.last
    return {
        "run": _run(analysis.run),
        "verdict": digest.verdict.value,
        "headline": headline_of(digest),
        "counts": _counts(digest),
        "invariants": {line(rule.name): _rule(rule, analysis) for rule in digest.rules},
        "findings": [_finding(finding, analysis) for finding in analysis.findings],
        "failed_boots": plain(analysis.boots),
        "faults": faults_json(analysis),
        "hosts": hosts_json(analysis),
        "waivers": [_waiver(use) for use in analysis.waivers],
        "terms": {
            "healed": FAIL if analysis.terms.healed_fails else PASS,
            "baseline": FAIL if analysis.terms.baseline_fails else PASS,
        },
        "deltas": _amounts(analysis.deltas(last)) if last else {},
        "amounts": _amounts(last.amounts) if last else {},
        "baseline": _iteration(in_brief(analysis.baseline)) if analysis.baseline else None,
        "interrupted": _runs(digest.interrupted),
        "iterations": [_iteration(item) for item in digest.journal.recent],
        "tests": {
            "count": len(tests),
            "bad": {line(test.name): _test(test) for test in tests if test.bad},
        },
    }


def _run(run: Run) -> dict[str, Any]:
    return {
        "name": line(run.name),
        "cloud": line(run.cloud),
        "prefix": line(run.prefix),
        "started": moment(run.started),
        "ended": moment(run.ended) or None,
        "ending": line(run.ending) or None,
        "resumed": [
            {"after": gap.after, "at": moment(gap.at), "silent_seconds": gap.silent}
            for gap in run.resumptions
        ],
        "thinned": _runs(run.thinned),
        "options": {line(name): line(value, _LONG) for name, value in run.options.items()},
    }


def _counts(digest: Digest) -> dict[str, int]:
    journal = digest.journal
    return {
        "iterations": len(journal.numbers),
        **{f"iterations_{each.value.lower()}": journal.verdicts.get(each, 0) for each in Verdict},
        "findings": len(digest.findings),
        "leaks": len(digest.leaks),
        "came_and_went": len(digest.gone),
        "healed_in_time": len(digest.healed),
        "overdue": sum(1 for finding in digest.findings if finding.overdue),
        "cut_off": len(digest.cut_off),
        "while_faults": len(digest.faulty),
        "waived": len(digest.waived),
        "from_before": len(digest.old),
    }


def _rule(rule: RuleTally, analysis: Analysis) -> dict[str, Any]:
    checks = analysis.baseline.checks if analysis.baseline else ()
    before = [c for c in checks if c.invariant == rule.name and not c.skipped]
    return {
        "truth": line(rule.truth),
        "verdict": rule.verdict.value if rule.verdict else "SKIPPED",
        "skipped": line(rule.why_skipped) if rule.verdict is None else None,
        "judged_in": rule.judged,
        "failed_in": _runs(rule.failed),
        "unknown_in": _runs(rule.unknown),
        "set_aside": Counter(aside.excuse.value for aside in once(rule)),
        "baseline_verdict": before[0].verdict.value if before else None,
    }


def _waiver(use: WaiverUse) -> dict[str, Any]:
    return {
        **{name: line(value, _LONG) for name, value in use.waiver.as_json().items()},
        "expired": use.expired,
        "covered": [finding.id for finding in use.covered],
        "missed": [finding.id for finding in use.missed],
        "matched_nothing": use.needless,
    }


def _finding(finding: Finding, analysis: Analysis) -> dict[str, Any]:
    breach, healing = finding.breach, finding.breach.healing
    return {
        "id": finding.id,
        "class": finding.origin.value,
        "owner": line(breach.owner),
        "status": status(finding),
        "fails": analysis.counts(finding),
        "amounts": {line(name): number for name, number in breach.amounts.items()},
        "opened_at": moment(finding.opened_at) or None,
        "last_at": moment(finding.last_at) or None,
        "closed_at": moment(finding.closed_at) or None,
        "heals_by": line(healing.by) if healing else None,
        "due": moment(finding.due) or None,
        "overdue": finding.overdue,
        "healed_after": plain_number(finding.healed_after),
        "waiver": _covered_by(finding.waiver),
        "suspect": line(finding.suspect) or None,
        "invariant": line(finding.invariant),
        "subject": line(breach.subject),
        "host": line(breach.host),
        "message": line(breach.message, _LONG),
        "views": {line(name): line(said, _LONG) for name, said in breach.views.items()},
        "since": finding.since,
        "last": finding.last,
        "closed": finding.closed,
        "in_baseline": finding.in_baseline,
    }


def _covered_by(waiver: Waiver | None) -> dict[str, str] | None:
    if waiver is None:
        return None
    return {"bug": line(waiver.bug), "reason": line(waiver.reason), "until": line(waiver.until)}


def _iteration(item: Brief) -> dict[str, Any]:
    return {
        "number": item.number,
        "verdict": item.verdict.value,
        "rules_verdict": item.rules_verdict.value,
        "started": moment(item.started),
        "ended": moment(item.ended),
        "phases": {line(name): plain_number(value) for name, value in item.phases.items()},
        "reads": item.reads,
        "broken": line(item.broken) or None,
        "faults": [line(name) for name in item.faults],
        "failed": [line(name) for name in item.failed],
        "unknown": [line(name) for name in item.unknown],
        "set_aside": {line(name): number for name, number in item.set_aside.items()},
        "tests": _tests(item.tests) if item.tests else None,
    }


def _tests(tests: TestsInBrief) -> dict[str, Any]:
    return {
        "verdict": tests.verdict.value,
        "ending": line(tests.ending),
        "explanation": line(tests.explanation),
        "counts": {status: tests.counts.get(status, 0) for status in _STATUSES},
    }


def _test(test: TestTally) -> dict[str, Any]:
    return {
        "verdict": test.verdict.value if test.verdict else "SKIPPED",
        "iterations": {line(status): _runs(numbers) for status, numbers in test.numbers.items()},
    }


def _runs(numbers: Spans) -> list[list[int]]:
    """Return iterations as [first, last] pairs: a long run has many numbers and few stretches."""
    return [[first, last] for first, last in numbers.runs]


def _amounts(amounts: Amounts) -> dict[str, dict[str, int | float | None]]:
    return {
        line(host): {line(gauge): plain_number(value) for gauge, value in gauges.items()}
        for host, gauges in amounts.items()
    }
