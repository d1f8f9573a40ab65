"""A run's findings, iterations and sightings as rows of its ledger."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from harness.core.findings.finding_json import finding_as_json
from harness.core.iterations.history import Iteration
from harness.core.rules.origin import AMOUNTS
from harness.core.runs.analysis import Analysis


def findings_rows(analysis: Analysis) -> Iterator[dict[str, Any]]:
    """Yield a row for each finding, the oldest first."""
    for number, finding in enumerate(analysis.findings):
        breach, waiver = finding.breach, finding.waiver
        yield {
            "number": number,
            "id": finding.id,
            "rule": plain(finding.invariant),
            "subject": plain(breach.subject),
            "host": plain(breach.host),
            "class": finding.origin.value,
            "owner": plain(breach.owner),
            "fails": analysis.counts(finding),
            "since": finding.since,
            "last": finding.last,
            "closed": finding.closed,
            "opened_at": finding.opened_at,
            "last_at": finding.last_at,
            "closed_at": finding.closed_at,
            "due": finding.due,
            "overdue": finding.overdue,
            "healed_after": finding.healed_after,
            **{name: breach.amounts.get(name) for name in AMOUNTS},
            "waiver": plain(waiver.text) if waiver else None,
            "message": plain(breach.message),
            "body": json.dumps(finding_as_json(finding)),
        }


def iteration_row(item: Iteration) -> dict[str, Any]:
    """Return the row of an iteration."""
    return {
        "number": item.number,
        "started": item.started,
        "ended": item.ended,
        "looked": item.looked,
        "verdict": item.verdict.value,
        "rules_verdict": item.rules_verdict.value,
        "reads": item.reads,
        "interrupted": item.interrupted,
        "broken": plain(item.broken),
    }


def sightings_rows(
    item: Iteration, analysis: Analysis, numbers: Mapping[Any, int]
) -> Iterator[dict[str, Any]]:
    """Yield a row for each finding that an iteration saw; ``numbers`` are theirs."""
    if item.interrupted:
        return
    excuses = {
        (check.invariant, aside.breach.subject, aside.breach.host): aside.excuse.value
        for check in item.checks
        for aside in check.aside
    }
    seen = {(c.invariant, b.subject, b.host) for c in item.checks for b in c.seen}
    for finding in analysis.findings:
        if finding.since <= item.number <= finding.last and finding.identity in seen:
            yield {
                "finding": numbers[finding.identity, finding.since],
                "iteration": item.number,
                "seen_at": item.moment,
                "set_aside": excuses.get(finding.identity),
            }


def plain(foreign: str) -> str:
    """Return a text that SQLite can keep: halves of characters are written out."""
    return foreign.encode("utf-8", "backslashreplace").decode("utf-8")
