"""``harness list``: the runs of a results directory."""

import argparse
import re
import shlex
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from cliff.lister import Lister

from harness import config
from harness.adapters.confinement import inside
from harness.adapters.results_directory import ResultsDirectory
from harness.adapters.run_lock import driven
from harness.adapters.store import RunStore
from harness.cli import target
from harness.cli.rows import rows_for
from harness.core.errors import HarnessError
from harness.core.rules.verdict import Verdict
from harness.reports.figures import moment
from harness.reports.plain_text import iterations, line, some

_COLUMNS = ("run", "verdict", "cloud", "started", "iterations", "ending", "gist")
_ITERATION = re.compile("[0-9]{6}")
_LONG = 2000


class ListRuns(Lister):
    """List the runs of a results directory with their verdicts, the newest last.

    The verdict is that of the last reports. It is UNKNOWN at best where a run has no end mark, or
    where evidence is missing or has another size than when they were made.
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
    name = line(store.path.name)
    try:
        inside(store.path.parent, store.path)
        record = store.run_record()
    except HarnessError as error:
        return (name, str(Verdict.UNKNOWN), "", "", "", "", line(str(error)))
    end = store.end_record()
    verdict, gist = _told(store, end)
    return (
        name,
        verdict,
        line(str(record.get("cloud", ""))),
        moment(record["started"]).replace("T", " "),
        _iterations(store),
        line(end["ending"]) if end else _unended(store),
        gist,
    )


def _told(store: RunStore, end: Mapping[str, Any] | None) -> tuple[str, str]:
    """Return the verdict and the gist of the last reports, where they may be believed still."""
    told = _headline(store)
    verdict = told.split(" ", 1)[0] if told else ""
    if verdict == Verdict.PASS and (doubt := _doubt(store, end)):
        return str(Verdict.UNKNOWN), line(f"{Verdict.UNKNOWN} {doubt}", _LONG)
    if verdict == Verdict.FAIL and end and (doubt := _doubt(store, end)):
        return verdict, f"{told}; {line(doubt, _LONG)}"
    return verdict if verdict in tuple(Verdict) else str(Verdict.UNKNOWN), told


def _doubt(store: RunStore, end: Mapping[str, Any] | None) -> str:
    """Return why a report that says PASS is not to be believed, and what to do; "" where it is."""
    run = shlex.quote(str(store.path))
    if end is None:
        return (
            "the run has no end mark, its report is of another time: `harness replay "
            f"{run}` judges what there is, `harness soak --resume {run}` goes on with it"
        )
    try:
        names = store.changed()
    except OSError as error:
        return f"its evidence cannot be read: {error}"
    if not names:
        return ""
    return (
        f"{_evidence(names)} is missing or has changed since the report was made: "
        f"`harness replay {run}`"
    )


def _evidence(names: Sequence[str]) -> str:
    """Return the names in a run's evidence as a reader knows them."""
    numbers = [int(name) for name in names if _ITERATION.fullmatch(name)]
    parts = ["the baseline"] if 0 in numbers else []
    if tests := [number for number in numbers if number]:
        parts.append(iterations(tests, 3))
    told = [f"evidence of {' and '.join(parts)}"] if parts else []
    others = [f"evidence/{name}" for name in names if not _ITERATION.fullmatch(name)]
    return ", ".join([*told, *some(others, 3)])


def _unended(store: RunStore) -> str:
    return "none yet: it runs" if driven(store.path) else "no end mark: it was cut off"


def _headline(store: RunStore) -> str:
    try:
        with (store.derived / "report.txt").open(encoding="utf-8") as file:
            return line(file.readline())
    except OSError:
        return ""


def _iterations(store: RunStore) -> int:
    marks = store.evidence.glob("[0-9]*/iteration.json")
    return sum(1 for path in marks if path.parent.name.strip("0"))
