"""``harness check``: one settled look at a cloud, no tests."""

import argparse
import os
from typing import Any

from cliff.lister import Lister

from harness import config
from harness.adapters.clock import SystemClock
from harness.cli import assembly, target
from harness.cli.breaches import COLUMNS, row, told
from harness.core.invariant import Check, Circumstances
from harness.core.judging import Laws, look
from harness.core.reading import Patience, confirmed
from harness.core.verdict import Verdict, worst
from harness.settle import Settling


class CheckCloud(Lister):
    """Look at a cloud once, without tests, and judge what its parts say they hold.

    Prints each breach (FAIL) and each doubt (UNKNOWN), as text or with -f json, csv, yaml or value
    as rows; the verdict of all rules goes to standard error. Exit code 0 PASS, 1 FAIL, 2 UNKNOWN.
    """

    def get_parser(self, prog_name: str) -> argparse.ArgumentParser:
        parser = super().get_parser(prog_name)
        target.add_options(parser)
        return parser

    def run(self, parsed_args: argparse.Namespace) -> int:
        checks = self._checks(parsed_args)
        rows = [
            row(check.invariant, verdict, item)
            for check in checks
            for verdict, items in ((Verdict.FAIL, check.breaches), (Verdict.UNKNOWN, check.doubts))
            for item in items
        ]
        if parsed_args.formatter == "table" and not parsed_args.columns:
            self.app.stdout.write(told(checks))
        else:
            self.formatter = self._formatter_plugins[parsed_args.formatter].obj  # type: ignore[assignment]
            self.produce_output(parsed_args, COLUMNS, rows)
        judged = [check for check in checks if not check.skipped]
        verdict = worst(check.verdict for check in judged)
        self.app.stderr.write(f"{verdict}: {_gist(judged)}\n")
        return verdict.exit_code

    def take_action(self, parsed_args: argparse.Namespace) -> Any:
        raise NotImplementedError("run does the work, since the exit code is the verdict")

    def _checks(self, args: argparse.Namespace) -> tuple[Check, ...]:
        conf = config.load(args.config_file)
        goal = target.resolve(args, conf, os.environ)
        patience = Patience(audit_interval=goal.audit_interval)
        law = assembly.laws(patience, conf.settle.stuck_after)
        cloud = goal.connect(conf.cloud.request_timeout)
        watcher = assembly.observer(law, cloud, goal.libvirt_uri, conf.libvirt.timeout)
        limit = conf.settle.limit if args.settle_limit is None else args.settle_limit
        return _settled_checks(law, watcher.observe, limit)


def _settled_checks(law: Laws, observe: Any, limit: float) -> tuple[Check, ...]:
    around = Circumstances(stuck_after=law.stuck_after)
    settling = Settling(
        observe=observe,
        keep=lambda _read, _capture: None,
        judge=lambda capture: look(capture, law, around)[1],
        patience=law.patience,
        limit=limit,
        clock=SystemClock(),
    )
    settling.run()
    return confirmed(settling.readings, law.patience)


def _gist(checks: list[Check]) -> str:
    parts = []
    for verdict, words in (
        (Verdict.FAIL, "broken"),
        (Verdict.UNKNOWN, "not known"),
        (Verdict.PASS, "hold"),
    ):
        names = [check.invariant for check in checks if check.verdict is verdict]
        if names and verdict is Verdict.PASS:
            parts.append(f"{len(names)} of {len(checks)} rules hold")
        elif names:
            parts.append(f"{words}: {', '.join(names)}")
    return "; ".join(parts)
