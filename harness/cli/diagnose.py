"""``harness diagnose``: why servers found no valid host, and who held what of each."""

import argparse
import os
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from cliff.command import Command

from harness import config
from harness.adapters.results_directory import ResultsDirectory
from harness.adapters.store import RunStore
from harness.cli import assembly, judging_options, target
from harness.cli.log_files import lines_of
from harness.cli.replay import judged
from harness.cli.settled import settled_look
from harness.core.boots import Cause, FailedBoot
from harness.core.errors import EXIT_UNKNOWN, HarnessError
from harness.core.judging import Past, circumstances
from harness.core.judging import look as look_at
from harness.diagnosis.boots import failed, of_server, scene_of
from harness.diagnosis.everything import sheets_of
from harness.diagnosis.scene import Scene
from harness.diagnosis.telling import columns
from harness.replay import laws_of, patience_of, run_of
from harness.reports.failed_boots import gist, told
from harness.reports.layout import folded
from harness.reports.plain_text import line, some

_MOST_LINES = 40
_IN_FULL = 20


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
            scenes = list(_of_run(results.find(parsed_args.run), parsed_args.server))
        else:
            scenes = list(_of_cloud(parsed_args, conf))
        boots = [boot for boot, _ in scenes if boot]
        if parsed_args.server and not boots:
            raise HarnessError(
                f"no server {parsed_args.server!r} that failed is seen there: without --server all "
                "that failed are told"
            )
        counts = Counter(boot.cause for boot in boots)
        parts = [f"{gist(counts)}." if boots else "No server that failed is seen."]
        parts += ["\n".join(told(boot)) for boot in boots[:_IN_FULL]]
        if len(boots) > _IN_FULL:
            parts.append(f"... {len(boots) - _IN_FULL} more; `--server ID` tells of one")
        for boot, scene in _worth_showing(scenes):
            sheets, unseen = sheets_of(scene)
            title = (
                f"WHO HELD WHAT when server {line(boot.server)} failed"
                if boot
                else "WHO HOLDS WHAT"
            )
            parts.append("\n".join([title, *map(line, unseen)]))
            parts.append(columns(sheets))
        parts += _log_lines(boots, parsed_args.service_log)
        self.app.stdout.write("\n\n".join(map(folded, parts)) + "\n")
        return EXIT_UNKNOWN if any(boot.cause is Cause.UNKNOWN for boot in boots) else 0


def _of_cloud(args: argparse.Namespace, conf: Any) -> Iterator[tuple[FailedBoot | None, Scene]]:
    """Yield the servers that failed, of those that nova still shows, and the cloud as it is."""
    goal = target.resolve(args, conf, os.environ)
    law = judging_options.laws(args, conf, goal)
    cloud = goal.connect(conf.cloud.request_timeout)
    probes = assembly.probes(goal, conf)
    watcher = assembly.observer(
        law,
        cloud,
        goal.libvirt_uri,
        conf.libvirt.timeout,
        probes,
        databases=assembly.databases(goal, conf),
    )
    limit = conf.settle.limit if args.settle_limit is None else args.settle_limit
    look = settled_look(law, watcher.observe, limit)
    servers = [server for server in failed(look.snapshot) if args.server in (None, server.uuid)]
    for server in servers:
        boot = of_server(server, look.snapshot, look.around, look.checks)
        yield boot, scene_of(server, look.snapshot, look.around, look.checks)
    if not servers and not args.server:
        yield None, Scene(look.snapshot, look.around, look.checks)


def _of_run(store: RunStore, server: str | None) -> Iterator[tuple[FailedBoot | None, Scene]]:
    """Yield the servers that failed in a run's iterations, with the look after each."""
    record = store.run_record()
    laws = laws_of(record, assembly.laws(*patience_of(record)))
    run = run_of(record, store.end_record(), store.resumptions(), windows=store.windows())
    past = Past()
    for iteration in judged(store).history:
        wanted = [boot for boot in iteration.boots if server in (None, boot.server)]
        if not wanted and iteration.number:
            continue
        captures = store.evidence_of(iteration.number).captures
        if not captures:
            continue
        around = circumstances(laws, run, iteration.number, past)
        snapshot, _ = look_at(captures[-1], laws, around)
        if iteration.number == 0:
            past = Past(snapshot)
        known = {each.uuid: each for each in failed(snapshot)}
        for boot in wanted:
            if boot.server in known:
                yield boot, scene_of(known[boot.server], snapshot, around, iteration.checks)


def _worth_showing(
    scenes: Sequence[tuple[FailedBoot | None, Scene]],
) -> Iterator[tuple[FailedBoot | None, Scene]]:
    """Yield the first scene of each cause."""
    seen: set[Cause | None] = set()
    for boot, scene in scenes:
        cause = boot.cause if boot else None
        if cause not in seen:
            seen.add(cause)
            yield boot, scene


def _log_lines(boots: Sequence[FailedBoot], files: Sequence[str]) -> list[str]:
    """Return what logs say of the requests that failed."""
    requests = {boot.request for boot in boots if boot.request}
    parts = []
    for name in files:
        found: list[str] = []
        with lines_of(name) as lines:
            for text in lines:
                if any(request in text for request in requests):
                    found.append(line(text))
        shown = some(found, _MOST_LINES, " lines")
        parts.append("\n".join([f"{line(name)}: {len(found)} lines of these requests", *shown]))
    return parts
