"""``harness diagnose``: why servers found no valid host, and who held what of each."""

import argparse
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from cliff.command import Command

from harness import config
from harness.adapters.results_directory import ResultsDirectory
from harness.adapters.store import RunStore
from harness.cli import assembly, judging_options, target
from harness.cli.diagnosed import Diagnosis, report
from harness.cli.log_files import lines_of
from harness.cli.replay import judged
from harness.cli.settled import settled_look
from harness.core.answers.capture import Capture
from harness.core.apis.standing import Standing
from harness.core.errors import EXIT_UNKNOWN, HarnessError
from harness.core.iterations.boots import Cause, FailedBoot
from harness.core.runs.judging import Past, circumstances
from harness.core.runs.judging import look as look_at
from harness.core.views.snapshot import parse
from harness.core.views.source import Source
from harness.diagnosis import boots, scheduler_side
from harness.diagnosis.scene import Scene
from harness.diagnosis.standings import standing_of
from harness.replay import laws_of, patience_of, run_of
from harness.reports.layout import folded
from harness.reports.plain_text import line, some

_MOST_LINES = 40
_NO_CANDIDATE = "Got no allocation candidates from the Placement API"
"""What nova-scheduler logs of a request for which placement has no host, at the level info."""


class Diagnose(Command):
    """Tell why servers found no valid host, and who held what of each host, in each view.

    Of a run, of every server that failed in it; without one, of a cloud as it is now. The columns
    of each view add up to the capacity. Exit code 0, and 2 where the cause of one is not known.
    """

    def get_parser(self, prog_name: str) -> argparse.ArgumentParser:
        parser = super().get_parser(prog_name)
        parser.add_argument(
            "run", metavar="RUN", nargs="?", help="a run's name or folder; without: the cloud now"
        )
        parser.add_argument(
            "--results", metavar="DIR", help="where runs are kept (default: results)"
        )
        parser.add_argument("--server", metavar="ID", help="only this server, by its uuid")
        parser.add_argument(
            "--service-log",
            metavar="FILE",
            action="append",
            default=[],
            help="log of nova-scheduler, placement or another service: its lines of the requests "
            "that failed are shown; repeatable, may be gzipped",
        )
        judging_options.add_waivers(parser)
        target.add_options(parser)
        return parser

    def take_action(self, parsed_args: argparse.Namespace) -> int:
        conf = config.load(parsed_args.config_file)
        if parsed_args.run:
            results = ResultsDirectory(Path(parsed_args.results or conf.results))
            told = of_run(results.find(parsed_args.run), parsed_args.server)
        else:
            told = _of_cloud(parsed_args, conf)
        if parsed_args.server and not told.scenes and not told.unknown:
            raise HarnessError(
                f"no server {parsed_args.server!r} that failed is seen there: without --server all "
                "that failed are told"
            )
        parts = report(told)
        if parsed_args.server:
            parts += [side for _, scene in told.scenes if scene for side in _scheduler_side(scene)]
        parts += _log_lines(told.boots, parsed_args.service_log)
        self.app.stdout.write("\n\n".join(map(folded, parts)) + "\n")
        not_known = told.unknown or any(boot.cause is Cause.UNKNOWN for boot in told.boots)
        return EXIT_UNKNOWN if not_known else 0


def _scheduler_side(scene: Scene) -> list[str]:
    """Return what nova-scheduler went by for the server of a scene."""
    case = boots.case_in(scene)
    if case is None:
        return []
    lines = map(line, scheduler_side.told(case))
    return ["\n".join([f"THE SCHEDULER'S SIDE of server {line(scene.but)}", *lines])]


def _of_cloud(args: argparse.Namespace, conf: Any) -> Diagnosis:
    """Return the servers that failed, of those that nova still shows, and the cloud as it is."""
    goal = target.resolve(args, conf, os.environ)
    law = judging_options.laws(args, conf, goal)
    cloud = goal.connect(conf.cloud.request_timeout)
    watcher = assembly.watcher(goal, conf, law, cloud)
    limit = conf.settle.limit if args.settle_limit is None else args.settle_limit
    look = settled_look(law, watcher.observe, limit)
    gap = boots.unseen(look.snapshot)
    scenes = [
        (
            boots.of_server(server, look.snapshot, look.around, look.checks),
            boots.scene_of(server, look.snapshot, look.around, look.checks),
        )
        for server in boots.failed(look.snapshot)
        if args.server in (None, server.uuid)
    ]
    now = [] if scenes or args.server else [(None, Scene(look.snapshot, look.around, look.checks))]
    return Diagnosis((*scenes, *now), (gap,) if gap else ())


def of_run(store: RunStore, server: str | None) -> Diagnosis:
    """Return the servers that failed in a run's iterations, with the look after each."""
    record = store.run_record()
    laws = laws_of(record, assembly.laws(*patience_of(record)))
    run = run_of(record, store.end_record(), store.resumptions(), windows=store.windows())
    past, unknown = Past(), []
    before: Standing | None = None
    scenes: list[tuple[FailedBoot | None, Scene | None]] = []
    for iteration in judged(store).history:
        gaps = [d.message for c in iteration.checks for d in c.doubts if d.subject in boots.NEEDS]
        if iteration.number and (gaps or iteration.broken):
            unknown.append(f"iteration {iteration.number}: {iteration.broken or gaps[0]}")
        wanted = [boot for boot in iteration.boots if server in (None, boot.server)]
        stood, before = before, iteration.standing or before
        captures = store.evidence_of(iteration.number).captures
        if not captures or not (wanted or iteration.number == 0):
            scenes += [(boot, None) for boot in wanted]
            continue
        around = circumstances(laws, run, iteration.number, past)
        snapshot, _ = look_at(captures[-1], laws, around)
        if iteration.number == 0:
            past = Past(snapshot)
        elif not gaps and (gap := boots.unseen(snapshot)):
            unknown.append(f"iteration {iteration.number}: {gap}")
        known = {each.uuid: each for each in boots.failed(snapshot)}
        reads = _standings(stood, captures, laws.sources) if server and wanted else ()
        for boot in wanted:
            row = known.get(boot.server)
            scene = boots.scene_of(row, snapshot, around, iteration.checks, reads) if row else None
            scenes.append((boot, scene))
    return Diagnosis(tuple(scenes), tuple(unknown))


def _standings(
    before: Standing | None, captures: Sequence[Capture], sources: Sequence[Source]
) -> list[Standing]:
    """Return how the hosts stood before an iteration and in its looks."""
    looks = [standing_of(parse(capture, sources)) for capture in captures]
    return [each for each in (before, *looks) if each]


def _log_lines(failed: Sequence[FailedBoot], files: Sequence[str]) -> list[str]:
    """Return what logs say of the requests that failed."""
    requests = {boot.request for boot in failed if boot.request}
    refused: set[str] = set()
    parts = []
    for name in files:
        found: list[str] = []
        with lines_of(name) as lines:
            for text in lines:
                if mine := {request for request in requests if request in text}:
                    found.append(line(text))
                    refused |= mine if _NO_CANDIDATE in text else set()
        shown = some(found, _MOST_LINES, " lines")
        parts.append("\n".join([f"{line(name)}: {len(found)} lines of these requests", *shown]))
    if without := [boot.server for boot in failed if boot.request in refused]:
        told = ", ".join(map(line, without))
        parts.append(f"Placement itself found no host for these, and no filter was asked: {told}.")
    return parts
