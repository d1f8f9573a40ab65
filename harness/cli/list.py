"""``harness list``: the runs of a results directory."""

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from cliff.lister import Lister

from harness import config
from harness.adapters.confinement import inside
from harness.adapters.store import ResultsDirectory, RunStore
from harness.cli import target
from harness.cli.rows import rows_for
from harness.core.errors import HarnessError
from harness.core.verdict import Verdict
from harness.reports.figures import moment
from harness.reports.plain_text import line

_COLUMNS = ("run", "verdict", "cloud", "started", "iterations", "ending", "gist")


class ListRuns(Lister):
    """List the runs of a results directory with their verdicts, the newest last.

    The verdict is that of the last reports; of a run without an end mark it is UNKNOWN at best.
    """

    def get_parser(self, prog_name: str) -> argparse.ArgumentParser:
        parser = super().get_parser(prog_name)
        parser.add_argument(
            "--results", metavar="DIR", help="where runs are kept (default: results)"
        )
        target.add_config(parser)
        return parser

    def take_action(self, parsed_args: argparse.Namespace) -> tuple[tuple[str, ...], Iterator[Any]]:
        conf = config.load(parsed_args.config_file)
        path = Path(parsed_args.results or conf.results)
        if parsed_args.results and not path.is_dir():
            raise HarnessError(f"there is no results directory {path}: mend --results")
        directory = ResultsDirectory(path)
        rows = rows_for(parsed_args.formatter, map(_row, directory.runs()))
        return _COLUMNS, iter(rows)


def _row(store: RunStore) -> tuple[Any, ...]:
    try:
        inside(store.path.parent, store.path)
        record = store.run_record()
    except HarnessError as error:
        return (store.path.name, str(Verdict.UNKNOWN), "", "", "", "", line(str(error)))
    end = store.end_record()
    told = _headline(store)
    verdict = told.split(" ", 1)[0] if told else ""
    if verdict not in tuple(Verdict) or (end is None and verdict == Verdict.PASS):
        verdict = str(Verdict.UNKNOWN)
    return (
        store.path.name,
        verdict,
        line(str(record.get("cloud", ""))),
        moment(record["started"]).replace("T", " "),
        _iterations(store),
        line(end["ending"]) if end else "no end mark: it still runs or was cut off",
        told,
    )


def _headline(store: RunStore) -> str:
    try:
        with (store.derived / "report.txt").open(encoding="utf-8") as file:
            return line(file.readline())
    except OSError:
        return ""


def _iterations(store: RunStore) -> int:
    marks = store.evidence.glob("[0-9]*/iteration.json")
    return sum(1 for path in marks if path.parent.name.strip("0"))
