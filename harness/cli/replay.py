"""``harness replay``: the reports of a run again, from its evidence."""

import argparse
from pathlib import Path

from cliff.command import Command

from harness import config
from harness.adapters.ledger import Book, LedgerError
from harness.adapters.results_directory import ResultsDirectory
from harness.adapters.store import RunStore
from harness.adapters.subunit_stream import parse
from harness.cli import assembly, target
from harness.cli.ledgers import ledger_of
from harness.core.errors import HarnessError
from harness.core.iterations.history import Iteration
from harness.core.runs.analysis import Analysis
from harness.core.runs.growing import Files
from harness.replay import patience_of, replay
from harness.reports.everything import render_iteration, render_run
from harness.reports.headline import headline
from harness.reports.plain_text import line


class Replay(Command):
    """Judge a run again from its evidence and write its reports anew.

    Today's rules are used, with the patience that the run had. A run that was cut off is UNKNOWN
    at best. Exit code 0 PASS, 1 FAIL, 2 UNKNOWN.
    """

    def get_parser(self, prog_name: str) -> argparse.ArgumentParser:
        parser = super().get_parser(prog_name)
        add_run(parser)
        return parser

    def take_action(self, parsed_args: argparse.Namespace) -> int:
        store = find_run(parsed_args)
        laws = assembly.laws(*patience_of(store.run_record()))
        try:
            with ledger_of(store, laws).anew() as book:
                analysis = _anew(store, book)
        except LedgerError as error:
            self.app.stderr.write(f"{line(str(error))}\n")
            analysis = _anew(store, None)
        self.app.stdout.write(f"{headline(analysis)}\nreports: {store.derived}\n")
        return analysis.verdict.exit_code


def _anew(store: RunStore, book: Book | None) -> Analysis:
    """Judge a stored run; write its reports and its ledger as the iterations are judged."""
    names: set[str] = set()

    def publish(files: Files) -> None:
        names.update(files)
        try:
            store.publish(files)
        except OSError as error:
            raise _unwritable(store, error) from error

    def told(analysis: Analysis, iteration: Iteration) -> None:
        publish(render_iteration(analysis, iteration))
        if book:
            book.add(analysis, [iteration])

    analysis = replay(store, assembly.laws, parse, told)
    publish(render_run(analysis))
    try:
        store.unpublish(names)
    except OSError as error:
        raise _unwritable(store, error) from error
    if book:
        book.conclude(analysis)
    return analysis


def _unwritable(store: RunStore, error: OSError) -> HarnessError:
    return HarnessError(
        f"the reports in {store.derived} cannot be written: {error.strerror or error}; "
        "`harness show` writes nothing"
    )


def add_run(parser: argparse.ArgumentParser) -> None:
    """Add the arguments that name a run."""
    parser.add_argument("run", metavar="RUN", help="a run's name or folder; 'latest' is the newest")
    parser.add_argument("--results", metavar="DIR", help="where runs are kept (default: results)")
    target.add_config(parser)


def find_run(args: argparse.Namespace) -> RunStore:
    """Return the run that is meant. Raises HarnessError."""
    conf = config.load(args.config_file)
    return ResultsDirectory(Path(args.results or conf.results)).find(args.run)


def judged(store: RunStore) -> Analysis:
    """Judge a stored run."""
    return replay(store, assembly.laws, parse)
