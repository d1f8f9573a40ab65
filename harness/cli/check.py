"""``harness check``: one settled look at a cloud, no tests."""

import argparse
import os
from collections.abc import Sequence
from typing import Any

from cliff.lister import Lister

from harness import config
from harness.cli import assembly, judging_options, target
from harness.cli.breaches import COLUMNS, items, row, told
from harness.cli.rows import rows_for
from harness.cli.settled import settled_look
from harness.core.findings.excuses import waive
from harness.core.findings.waiver import Waiver
from harness.core.rules.invariant import Check
from harness.core.rules.verdict import Verdict, worst
from harness.core.runs.judging import Laws
from harness.reports.plain_text import line


class CheckCloud(Lister):
    """Look at a cloud once, without tests, and judge what its parts say they hold.

    Prints each breach (FAIL) and each doubt (UNKNOWN), as text or with -f json, csv, yaml or value
    as rows; the verdict of all rules goes to standard error. Exit code 0 PASS, 1 FAIL, 2 UNKNOWN.
    """

    def get_parser(self, prog_name: str) -> argparse.ArgumentParser:
        parser = super().get_parser(prog_name)
        judging_options.add_waivers(parser)
        target.add_options(parser)
        return parser

    def run(self, parsed_args: argparse.Namespace) -> int:
        seen, law, checks = self._checks(parsed_args)
        if parsed_args.formatter == "table" and not parsed_args.columns:
            self.app.stdout.write(told(checks, seen))
        else:
            rows = [
                row(check.invariant, word, item, seen)
                for check in checks
                for word, item in items(check)
            ]
            self.formatter = self._formatter_plugins[parsed_args.formatter].obj  # type: ignore[assignment]
            self.produce_output(parsed_args, COLUMNS, rows_for(parsed_args.formatter, rows))
        judged = [check for check in checks if not check.skipped]
        verdict = worst(check.verdict for check in judged)
        for text in _idle(law.terms.waivers, checks, seen):
            self.app.stderr.write(f"{text}\n")
        self.app.stderr.write(f"{verdict}: {_gist(judged)}\n")
        return verdict.exit_code

    def take_action(self, parsed_args: argparse.Namespace) -> Any:
        raise NotImplementedError("run does the work, since the exit code is the verdict")

    def _checks(self, args: argparse.Namespace) -> tuple[float, Laws, tuple[Check, ...]]:
        """Return when it was looked at last, the laws, and the checks, what is waived set aside."""
        conf = config.load(args.config_file)
        goal = target.resolve(args, conf, os.environ)
        law = judging_options.laws(args, conf, goal)
        cloud = goal.connect(conf.cloud.request_timeout)
        watcher = assembly.watcher(goal, conf, law, cloud)
        limit = conf.settle.limit if args.settle_limit is None else args.settle_limit
        look = settled_look(law, watcher.observe, limit)
        return look.seen, law, waive(look.checks, law.terms.waivers, look.seen)


def _idle(waivers: Sequence[Waiver], checks: Sequence[Check], seen: float) -> list[str]:
    """Return a line for each waiver that has expired or that nothing here is matched by."""
    lines = []
    for waiver in waivers:
        matched = any(
            waiver.matches(check.invariant, breach) for check in checks for breach in check.seen
        )
        if waiver.expired(seen):
            lines.append(f"waiver expired: {line(waiver.text)}")
        elif not matched:
            lines.append(f"waiver matched nothing: {line(waiver.text)}")
    return lines


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
    waived = sum(len(check.aside) for check in checks)
    return "; ".join([*parts, f"{waived} waived"] if waived else parts)
