"""``harness selftest``: leaks planted on purpose, which the judge must find."""

import argparse
import os
import signal
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from cliff.command import Command

import harness.selftest.kinds
import harness.selftest.steps
from harness import config
from harness.adapters.clock import SystemClock
from harness.adapters.cloud import OpenStackCloud
from harness.cli import assembly, selftest_options, target
from harness.cli.target import Target
from harness.core.errors import HarnessError
from harness.core.rules.reading import Patience
from harness.core.views.catalog import declared
from harness.lab import environment
from harness.lab.environment import LabEnvironment
from harness.reports.plain_text import count
from harness.selftest import recording, results
from harness.selftest.court import Court, blinded
from harness.selftest.drill import Drill
from harness.selftest.ground import Ground, Undo
from harness.selftest.kind import Kind
from harness.selftest.ledger import Ledger
from harness.selftest.results import Results
from harness.selftest.survey import has_volumes, two_hosts


class SelfTest(Command):
    """Plant leaks in a lab, one after the other, and see whether the judge finds each of them.

    Each kind is planted, found with its rule, subject, host, class and amounts, and nothing else,
    and taken away again; what the cloud heals by itself must be seen to close. Exit code 0: all
    were found and the cloud was quiet again after each, 1: not so, 2: some of it is not known.
    """

    def get_parser(self, prog_name: str) -> argparse.ArgumentParser:
        parser = super().get_parser(prog_name)
        target.add_options(parser)
        selftest_options.add_what(parser)
        selftest_options.add_where(parser)
        return parser

    def run(self, parsed_args: argparse.Namespace) -> int:
        kinds = _chosen(parsed_args.kind)
        if parsed_args.list:
            for kind in kinds:
                self.app.stdout.write(f"{kind.name}: {kind.story} ({', '.join(kind.rules)})\n")
            return 0
        if parsed_args.keep and len(parsed_args.kind) != 1:
            raise HarnessError("--keep leaves one leak planted: name it with --kind")
        return self._at_work(parsed_args, kinds)

    def take_action(self, parsed_args: argparse.Namespace) -> None:
        raise NotImplementedError("run does the work, since the exit code is the verdict")

    def _at_work(self, args: argparse.Namespace, kinds: Sequence[Kind]) -> int:
        conf = config.load(args.config_file)
        goal = target.resolve(args, conf, os.environ)
        _refuse_others(goal, args)
        results.make_room(args.output)
        lab = environment.load(environment.default_state_dir(os.environ)) if goal.is_lab else None
        cloud = goal.connect(conf.cloud.request_timeout)
        court = _court(args, conf, goal, cloud)
        where = str(lab.state_dir) if lab else goal.cloud
        with Ledger(_state(args, lab, goal.cloud), f"{goal.cloud} ({where})") as ledger:
            signal.signal(signal.SIGTERM, signal.default_int_handler)
            ground = _unsurveyed(goal, cloud, ledger, lab)
            drill = Drill(kinds, ground, court, _say, args.keep)
            undone = drill.sweep()
            if args.clean:
                self.app.stderr.write(
                    f"{count(undone, 'step')} undone; nothing is planted any more\n"
                )
                return 0
            ground.hosts = two_hosts(cloud, ground.clock)
            drill.has_volumes = has_volumes(cloud)
            if args.record:
                hidden = str(lab.state_dir) if lab else ""
                drill.record = lambda recorded: recording.store(recorded, args.record, hidden)
            try:
                return self._drilled(drill, args, goal.cloud)
            finally:
                self._tell_what_stays(ledger, args.keep)

    def _tell_what_stays(self, ledger: Ledger, meant: bool) -> None:
        """Tell of a leak that stays planted, as it was meant or because the removal was cut off."""
        if ledger.entries:
            what = "the leak stays planted"
            if not meant:
                what = f"not everything is removed, {count(len(ledger.entries), 'step')} to undo"
            self.app.stderr.write(f"{what}: `harness selftest --clean` removes it\n")

    def _drilled(self, drill: Drill, args: argparse.Namespace, cloud: str) -> int:
        told = results.load(args.output, cloud) if args.resume else Results(cloud)
        drill.kinds = [kind for kind in drill.kinds if kind.name not in told.done]
        for outcome in drill.run():
            told = told.and_also(outcome)
            results.store(told, args.output)
            _say(f"{outcome.kind}: {outcome.verdict}")
        self.app.stdout.write(results.table(told))
        self.app.stderr.write(f"{told.verdict}: {results.gist(told)}\n")
        return told.verdict.exit_code


def _chosen(names: Sequence[str]) -> list[Kind]:
    known = declared(harness.selftest.kinds, Kind, "harness.selftest")
    if unknown := sorted(set(names) - set(known)):
        raise HarnessError(f"there is no kind {unknown[0]!r}: `harness selftest --list` has all")
    return [kind for name, kind in known.items() if not names or name in names]


def _refuse_others(goal: Target, args: argparse.Namespace) -> None:
    if not goal.is_lab and not args.i_know_this_plants_leaks:
        raise HarnessError(
            f"cloud {goal.cloud!r} is not the lab: the self-test makes real leaks in it; if that "
            "is meant, say --i-know-this-plants-leaks"
        )


def _court(args: argparse.Namespace, conf: Any, goal: Target, cloud: OpenStackCloud) -> Court:
    """Return the judge of ``harness check``, blinded where that is asked for."""
    law = replace(
        assembly.laws(Patience(audit_interval=goal.audit_interval), conf.settle.stuck_after),
        reaper_interval=goal.reaper_interval,
        power_sync_interval=goal.power_sync_interval,
    )
    try:
        law = blinded(law, args.blind)
    except KeyError as error:
        raise HarnessError(f"there is no rule {error} to blind") from error
    watcher = assembly.watcher(goal, conf, law, cloud)
    limit = conf.settle.limit if args.settle_limit is None else args.settle_limit
    return Court(law, watcher.observe, limit, SystemClock())


def _unsurveyed(
    goal: Target, cloud: OpenStackCloud, ledger: Ledger, lab: LabEnvironment | None
) -> Ground:
    """Return the ground as it is before what an earlier self-test left is swept: that may be why
    its hosts do not work, so that they are looked for later.
    """
    steps = declared(harness.selftest.steps, Undo, "harness.selftest.undo")
    uri, clock = goal.libvirt_uri, SystemClock()
    return Ground(cloud.connection(), ("", ""), uri, ledger, clock, steps, lab)


def _state(args: argparse.Namespace, lab: LabEnvironment | None, cloud: str) -> Path:
    if args.state:
        return Path(args.state)
    if lab:
        return lab.state_dir / "selftest.json"
    home = os.environ.get("XDG_STATE_HOME") or str(Path.home() / ".local" / "state")
    return Path(home) / "harness" / cloud / "selftest.json"


def _say(text: str) -> None:
    sys.stderr.write(f"selftest: {text}\n")
    sys.stderr.flush()
