"""``harness show``: what a run found, or one iteration of it."""

import argparse
from typing import Any

from cliff.lister import Lister

from harness.cli.breaches import COLUMNS, items, row
from harness.cli.progress import describe
from harness.cli.replay import add_run, find_run, judged
from harness.cli.rows import rows_for
from harness.core.errors import HarnessError
from harness.core.iterations.history import Iteration
from harness.core.rules.invariant import Breach
from harness.core.rules.verdict import Verdict
from harness.core.runs.analysis import Analysis
from harness.reports.figures import readable, signed
from harness.reports.lives import facts_of
from harness.reports.plain_text import last_line, line
from harness.reports.text import render

_FINDING_COLUMNS = ("invariant", "subject", "host", "since", "last", "closed", "message", "id")


class Show(Lister):
    """Show a run: its report, or with ITERATION what was seen in one (0 is the baseline).

    It is judged anew from the evidence. With -f json, csv, yaml or value: the findings of the run,
    or the breaches and doubts of the iteration.
    """

    def get_parser(self, prog_name: str) -> argparse.ArgumentParser:
        parser = super().get_parser(prog_name)
        add_run(parser)
        parser.add_argument("iteration", metavar="ITERATION", nargs="?", type=int)
        return parser

    def run(self, parsed_args: argparse.Namespace) -> int:
        analysis = judged(find_run(parsed_args))
        number = parsed_args.iteration
        iteration = None if number is None else _iteration(analysis, number)
        if parsed_args.formatter == "table":
            text = _story(analysis, iteration) if iteration else render(analysis)["report.txt"]
            self.app.stdout.write(text)
            return 0
        self.formatter = self._formatter_plugins[parsed_args.formatter].obj  # type: ignore[assignment]
        columns, rows = _rows(analysis, iteration)
        self.produce_output(parsed_args, columns, rows_for(parsed_args.formatter, rows))
        return 0

    def take_action(self, parsed_args: argparse.Namespace) -> Any:
        raise NotImplementedError("run does the work, since a table is told as text")


def _iteration(analysis: Analysis, number: int) -> Iteration:
    for iteration in analysis.history:
        if iteration.number == number:
            return iteration
    last = analysis.history[-1].number if analysis.history else "none"
    raise HarnessError(f"run {analysis.run.name} has no iteration {number}; the last is {last}")


def _rows(analysis: Analysis, iteration: Iteration | None) -> tuple[tuple[str, ...], list[Any]]:
    if iteration is None:
        return _FINDING_COLUMNS, [
            (
                finding.invariant,
                line(finding.breach.subject),
                line(finding.breach.host),
                finding.since,
                finding.last,
                finding.closed,
                line(finding.breach.message),
                finding.id,
            )
            for finding in analysis.findings
        ]
    return COLUMNS, [
        row(check.invariant, word, item, iteration.moment)
        for check in iteration.checks
        for word, item in items(check)
    ]


def _story(analysis: Analysis, iteration: Iteration) -> str:
    parts = [describe(analysis, iteration), f"reads until settled: {iteration.reads}"]
    if iteration.broken:
        parts.append(f"EVIDENCE NOT WHOLE: {line(iteration.broken)}")
    if iteration.number in analysis.run.thinned:
        parts.append("as judged then: its captures were given up (--keep)")
    parts.append("")
    for check in iteration.checks:
        verdict = "skipped" if check.skipped else str(check.verdict)
        parts.append(f"{verdict:8} {check.invariant}  ({analysis.truths.get(check.invariant, '')})")
        for word, item in items(check):
            aside = "" if word in tuple(Verdict) else f" ({word.lower()}, set aside)"
            parts.append(f"         - {line(item.message)}{aside}")
            if isinstance(item, Breach):
                parts.append(f"           {facts_of(item, iteration.moment)}")
    for result in iteration.tests.results if iteration.tests else ():
        if result.bad:
            parts.append(f"{result.status:8} {line(result.name)}: {last_line(result.detail)}")
    parts.append("")
    deltas = analysis.deltas(iteration)
    for host, amounts in iteration.amounts.items():
        numbers = (
            f"{gauge} {readable(number)} ({signed(deltas.get(host, {}).get(gauge))})"
            for gauge, number in amounts.items()
        )
        parts.append(f"{line(host)}: {', '.join(numbers)}")
    return "\n".join(parts) + "\n"
