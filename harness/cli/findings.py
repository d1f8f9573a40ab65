"""``harness findings``: what a run found, thing by thing."""

import argparse
from collections.abc import Sequence
from typing import Any

from cliff.lister import Lister

import harness.invariants
from harness.cli.ledgers import findings_of
from harness.cli.replay import add_run, find_run
from harness.cli.rows import rows_for
from harness.core.errors import HarnessError
from harness.core.findings.findings import Finding
from harness.core.rules.invariant import Invariant
from harness.core.rules.origin import Origin
from harness.core.views.catalog import declared
from harness.reports.findings_csv import COLUMNS, row
from harness.reports.lives import facts, status
from harness.reports.plain_text import count, line
from harness.reports.stories import fate

_LONG = 2000
Told = tuple[Finding, bool]
_CLASSES = {origin.name.lower().replace("_", "-"): origin for origin in Origin}


class Findings(Lister):
    """List the findings of a run: what broke a rule, since when, whose it is, what became of it.

    As text, or with -f json, csv, yaml or value as rows. `harness explain RUN ID` tells all that
    is known of one.
    """

    def get_parser(self, prog_name: str) -> argparse.ArgumentParser:
        parser = super().get_parser(prog_name)
        add_run(parser)
        parser.add_argument("--open", action="store_true", help="only what is not gone")
        parser.add_argument("--fails", action="store_true", help="only what fails the run")
        parser.add_argument(
            "--origin", action="append", choices=_CLASSES, help="only this class; repeatable"
        )
        parser.add_argument(
            "--rule", action="append", metavar="RULE", help="only this rule; repeatable"
        )
        return parser

    def run(self, parsed_args: argparse.Namespace) -> int:
        found = _chosen(findings_of(find_run(parsed_args)), parsed_args)
        if parsed_args.formatter == "table" and not parsed_args.columns:
            self.app.stdout.write("".join(_told(finding, fails) for finding, fails in found))
            self.app.stderr.write(f"{count(len(found), 'finding')}\n")
            return 0
        self.formatter = self._formatter_plugins[parsed_args.formatter].obj  # type: ignore[assignment]
        rows = rows_for(parsed_args.formatter, [row(*each) for each in found])
        self.produce_output(parsed_args, COLUMNS, rows)
        return 0

    def take_action(self, parsed_args: argparse.Namespace) -> Any:
        raise NotImplementedError("run does the work, since a table is told as text")


def _chosen(all_found: Sequence[Told], args: argparse.Namespace) -> Sequence[Told]:
    rules = declared(harness.invariants, Invariant, "harness.invariants")
    known = {*rules, *(finding.invariant for finding, _ in all_found)}
    if unknown := sorted(set(args.rule or ()) - known):
        raise HarnessError(f"there is no rule {unknown[0]!r}: docs/invariants/README.md names them")
    origins = {_CLASSES[name] for name in args.origin or _CLASSES}
    return [
        (finding, fails)
        for finding, fails in all_found
        if finding.origin in origins
        and (not args.open or finding.closed is None)
        and (not args.fails or fails)
        and (not args.rule or finding.invariant in args.rule)
    ]


def _told(finding: Finding, fails: bool) -> str:
    breach = finding.breach
    where = f" on {line(breach.host)}" if breach.host else ""
    told = "" if fails else " (does not fail the run)"
    lines = [
        f"{finding.id}  {status(finding)}  {line(finding.invariant)}: "
        f"{line(breach.subject)}{where}",
        f"          {line(breach.message, _LONG)}",
        f"          {facts(finding)}",
        f"          {fate(finding)}{told}",
    ]
    return "".join(f"{text}\n" for text in lines)
