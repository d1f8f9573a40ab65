"""``harness explain``: all that is known of one finding."""

import argparse
from collections.abc import Iterator, Sequence

from cliff.command import Command

import harness.selftest.kinds
from harness.adapters.store import RunStore
from harness.cli import assembly
from harness.cli.ledgers import findings_of
from harness.cli.replay import add_run, find_run
from harness.core.errors import HarnessError
from harness.core.findings.findings import Finding
from harness.core.runs.judging import Laws
from harness.core.views.catalog import declared
from harness.core.views.snapshot import parse
from harness.replay import patience_of
from harness.reports.explanation import Case, Moment, explain
from harness.reports.stories import when
from harness.selftest.kind import Kind

_SHORTEST = 4


class Explain(Command):
    """Explain a finding of a run: what each view said of it when it came, at last and when it was
    gone, request ids and XML in the evidence, the log lines to look for, and how to plant one.
    """

    def get_parser(self, prog_name: str) -> argparse.ArgumentParser:
        parser = super().get_parser(prog_name)
        add_run(parser)
        parser.add_argument(
            "finding", metavar="FINDING", help="its id, as `harness findings` has it, or its start"
        )
        return parser

    def take_action(self, parsed_args: argparse.Namespace) -> int:
        store = find_run(parsed_args)
        found = [finding for finding, _ in findings_of(store)]
        finding = _meant(found, parsed_args.run, parsed_args.finding)
        laws = assembly.laws(*patience_of(store.run_record()))
        self.app.stdout.write(explain(_case(store, finding, laws)))
        return 0


def _meant(known: Sequence[Finding], run: str, name: str) -> Finding:
    found = [each for each in known if each.id.startswith(name.lower())]
    if len(name) < _SHORTEST or not found:
        raise HarnessError(
            f"run {run!r} has no finding {name!r}: `harness findings {run}` has their ids"
        )
    if len(found) > 1:
        raise HarnessError(f"{name!r} begins {len(found)} ids of findings: give more of it")
    return found[0]


def _case(store: RunStore, finding: Finding, laws: Laws) -> Case:
    law_name = finding.invariant
    law = next((law for law in laws.invariants if law.name == law_name), None)
    needs = (*law.needs, *law.also) if law else tuple(finding.breach.views)
    kinds = declared(harness.selftest.kinds, Kind, "harness.selftest")
    moments, unread = [], []
    for title, number in _times(finding):
        evidence = store.evidence_of(number)
        captures = evidence.captures
        if captures:
            moments.append(Moment(title, captures[-1], parse(captures[-1], laws.sources)))
        else:
            why = "were given up (--keep)" if evidence.judged else "cannot be read"
            unread.append(f"{title}: the observations of {when(number)} {why}")
    return Case(
        finding,
        laws.truths.get(finding.invariant, finding.invariant),
        needs,
        moments,
        unread,
        [
            kind.name
            for kind in sorted(kinds.values(), key=lambda kind: kind.rules[:1] != (law_name,))
            if law_name in kind.rules
        ],
    )


def _times(finding: Finding) -> Iterator[tuple[str, int]]:
    yield f"first seen in {when(finding.since)}", finding.since
    if finding.last != finding.since:
        yield f"last seen in {when(finding.last)}", finding.last
    if finding.closed is not None:
        yield f"gone in {when(finding.closed)}", finding.closed
