"""``harness soak``: loop tempest and judge every iteration."""

import argparse
import os
import secrets
import signal
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from cliff.command import Command
from oslo_config import cfg

from harness import config
from harness.adapters.allocator import map_large_blocks
from harness.adapters.clock import SystemClock
from harness.adapters.ledger import Ledger, LedgerError
from harness.adapters.own_process import OwnProcess
from harness.adapters.results_directory import ResultsDirectory
from harness.adapters.run_lock import driving
from harness.adapters.shelf import Shelf
from harness.adapters.store import RunStore
from harness.adapters.subunit_stream import masked_stream, parse
from harness.adapters.tempest import Covers, Selection, TempestRunner
from harness.cli import (
    assembly,
    faulting,
    judging_options,
    progress,
    resuming,
    soak_options,
    target,
)
from harness.cli.ledgers import ledger_of
from harness.cli.target import Target
from harness.core.errors import HarnessError
from harness.core.faults.fault_plan import Step
from harness.core.iterations.history import Run
from harness.core.runs.analysis import Analysis
from harness.core.runs.judging import Laws, Torn
from harness.core.runs.plan import Plan, StopSign
from harness.replay import laws_of, patience_of, record_of, run_of
from harness.reports.everything import render_iteration, render_run
from harness.reports.headline import headline
from harness.reports.plain_text import line
from harness.soak import Soak as Loop
from harness.thinning import Thinner


class Soak(Command):
    """Loop tempest against a cloud; after each iteration record every view and judge it.

    The verdict and where the reports lie are printed at the end. SIGINT and SIGTERM end the run
    cleanly: what is known so far is judged and published. Exit code 0 PASS, 1 FAIL, 2 UNKNOWN.
    """

    def get_parser(self, prog_name: str) -> argparse.ArgumentParser:
        parser = super().get_parser(prog_name)
        soak_options.add(parser)
        judging_options.add(parser)
        target.add_options(parser)
        return parser

    def take_action(self, parsed_args: argparse.Namespace) -> int:
        map_large_blocks()
        conf = config.load(parsed_args.config_file)
        soak_options.check(parsed_args)
        directory = ResultsDirectory(Path(parsed_args.results or conf.results))
        if store := resuming.cut_off(directory, parsed_args):
            with driving(store.path), resuming.room_to_go_on(store):
                resuming.refuse_ended(store)  # its driver may have ended it until just now
                record = store.run_record()
                return self._run(resuming.restore(parsed_args, record), conf, store, record)
        steps = faulting.read(parsed_args, os.environ)
        name = parsed_args.run_name or time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
        store = directory.new_run(name)
        with driving(store.path), resuming.room_to_go_on(store):
            try:
                return self._run(parsed_args, conf, store, None, steps)
            finally:
                store.abandon_unless_begun()

    def _run(
        self,
        parsed_args: argparse.Namespace,
        conf: Any,
        store: RunStore,
        record: Mapping[str, Any] | None,
        steps: tuple[Step, ...] = (),
    ) -> int:
        """Drive a run; ``record`` is that of its beginning where it goes on. ``steps`` are the
        faults to make in a new one."""
        clock = SystemClock()
        goal = target.resolve(parsed_args, conf, os.environ, self._say)
        if record:  # before anything is asked that may be broken still
            clock.not_before(resuming.last_moment(store, record))
            faulting.driver(run_of(record, None), goal, store, clock, self._say).heal_left()
        faulting.check(steps, goal)
        runner = _runner(parsed_args, conf, goal, store)
        law = _law(parsed_args, conf, goal, record)
        cloud = goal.connect(conf.cloud.request_timeout)
        keep = soak_options.bytes_of(parsed_args.keep or conf.retention.keep)
        thinner = Thinner(Shelf(store.path), keep, self._say)
        watcher = assembly.watcher(goal, conf, law, cloud, OwnProcess(thinner.held).ask)
        tests = runner.tests()
        torn = store.torn() if record else None
        if record:
            run = resuming.resumed(store, record, clock)
        else:
            shown = soak_options.shown(parsed_args, goal, len(tests))
            run = Run(store.path.name, goal.cloud, clock.now(), _prefix(), shown, faults=steps)
            store.begin(record_of(run, law, resuming.settings_of(parsed_args)))
        self._begins(run, store, len(tests), goes_on=bool(record))
        plan = _plan(parsed_args, conf, run)
        show = progress.choose(self.app.stdout, clock, plan.deadline, self._say)
        faults = faulting.driver(run, goal, store, clock, self._say)
        loop = Loop(
            run=run,
            plan=plan,
            laws=law,
            observe=watcher.observe,
            runner=runner,
            store=store,
            clock=clock,
            progress=show,
            parse_tests=parse,
            render_iteration=render_iteration,
            render_run=render_run,
            keep=partial(self._keep, ledger_of(store, law)),
            retain=thinner.took,
            torn=torn,
            faults=faults,
        )
        if record:
            loop.recall(item for item in store.evidences() if not _is(torn, item.number))
        with _signals(loop.stop, runner, clock), show, faults:
            analysis = loop.go()
        return self._conclude(analysis, store)

    def _begins(self, run: Run, store: RunStore, tests: int, goes_on: bool) -> None:
        goes = f"run {run.name} on cloud {run.cloud}{' goes on' if goes_on else ''}"
        self._say(f"{goes}: {tests} tests, results in {store.path}")

    def _keep(self, ledger: Ledger, analysis: Analysis) -> None:
        """Keep the ledger; a run goes on without one, since it can be made from the evidence."""
        try:
            ledger.record(analysis)
        except LedgerError as error:
            self._say(line(str(error)))

    def _conclude(self, analysis: Analysis, store: RunStore) -> int:
        """Say what came out and where the reports lie; return the exit code."""
        self._say(headline(analysis))
        self._say(f"report: {store.derived / 'report.txt'}")
        self._say(f"JUnit:  {store.derived / 'junit' / 'run.xml'}")
        return analysis.verdict.exit_code

    def _say(self, text: str) -> None:
        """Tell the reader; one who has gone (a closed pipe) does not end the run."""
        try:
            self.app.stdout.write(f"{text}\n")
            self.app.stdout.flush()
        except OSError:
            # The text stays in the stream's buffer and would fail again at exit: let it go nowhere.
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, self.app.stdout.fileno())
            os.close(nowhere)


def _is(torn: Torn | None, number: int) -> bool:
    return torn is not None and torn.evidence.number == number


def _law(
    args: argparse.Namespace, conf: Any, goal: Target, record: Mapping[str, Any] | None
) -> Laws:
    """Return what judges a run: a run that goes on is judged as it began."""
    if record:
        return laws_of(record, assembly.laws(*patience_of(record)))
    return judging_options.laws(args, conf, goal)


def _runner(args: argparse.Namespace, conf: Any, goal: Target, store: RunStore) -> TempestRunner:
    given = args.tempest_conf or (str(goal.tempest_conf) if goal.tempest_conf else None)
    if given is None:
        raise HarnessError(
            f"no tempest.conf is known for cloud {goal.cloud!r}: give one with --tempest-conf or "
            "[tempest] conf"
        )
    path = Path(given).expanduser()
    if not path.is_file():
        raise HarnessError(f"tempest.conf {path} is not there: mend --tempest-conf")
    _check_admin(path)
    concurrency = conf.tempest.concurrency if args.concurrency is None else args.concurrency
    selection = Selection(
        regex=args.regex,
        exclude_regex=args.exclude_regex,
        include_list=Path(args.include_list) if args.include_list else None,
        exclude_list=Path(args.exclude_list) if args.exclude_list else None,
        concurrency=concurrency,
    )
    python = Path(conf.tempest.python).expanduser() if conf.tempest.python else Path(sys.executable)
    cover = goal.secrets.masked
    covers = Covers(partial(masked_stream, cover=cover), cover)
    return TempestRunner(store.workspace, path, python, selection, os.environ, covers=covers)


def _check_admin(path: Path) -> None:
    """Raise HarnessError where tempest could not log in: every test would fail, at length."""
    sections: dict[str, dict[str, list[str]]] = {}
    try:
        cfg.ConfigParser(str(path), sections).parse()
    except (cfg.ParseError, OSError, ValueError):
        return  # the runner says what is wrong with the file
    auth = sections.get("auth", {})
    if not any(any(auth.get(name, [])) for name in ("admin_password", "test_accounts_file")):
        raise HarnessError(
            f"tempest.conf {path} has neither [auth] admin_password nor test_accounts_file: the "
            "tests could not log in"
        )


def _plan(args: argparse.Namespace, conf: Any, run: Run) -> Plan:
    return Plan(
        deadline=_deadline(args, run),
        iterations=args.iterations,
        iteration_timeout=args.iteration_timeout or conf.tempest.iteration_timeout,
        settle_limit=conf.settle.limit if args.settle_limit is None else args.settle_limit,
        fail_fast_on=frozenset(args.fail_fast_on or ()),
    )


def _deadline(args: argparse.Namespace, run: Run) -> float | None:
    return None if args.hours is None else run.started + args.hours * 3600


def _prefix() -> str:
    """Return what begins the names of all that this run's tests create: short, and its own."""
    return f"soak{secrets.token_hex(3)}"


@contextmanager
def _signals(stop: StopSign, runner: TempestRunner, clock: SystemClock) -> Iterator[None]:
    """Make SIGINT and SIGTERM a wish to end; the second and later ones change nothing."""

    def ask(number: int, _frame: object) -> None:
        stop.ask(f"ended by {signal.Signals(number).name}", clock.now())
        runner.stop()

    before = {number: signal.signal(number, ask) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
