"""``harness explain-log``: what nova-compute's log says of a host's resources, where it is all."""

import argparse

from cliff.command import Command

from harness.cli.log_files import STDIN, in_time, lines_of
from harness.core.errors import EXIT_UNKNOWN, HarnessError
from harness.logs.audit_lines import time_of
from harness.logs.audits import Reading
from harness.logs.explanation import tell


class ExplainLog(Command):
    """Explain what nova-compute's logs say: what the hypervisor uses, what nova has promised.

    Takes logs of Grizzly to today, rotated and gzipped ones too, in any order: they are read by the
    time of their first line. "-" is standard input, which is read where it stands. Lines of other
    services are passed over. From Stein on nova writes these lines with debug on only. Exit code 0
    where something could be told, 2 where nothing could.
    """

    def get_parser(self, prog_name: str) -> argparse.ArgumentParser:
        parser = super().get_parser(prog_name)
        parser.add_argument("files", metavar="FILE", nargs="+", help="a log; '-' is standard input")
        return parser

    def take_action(self, parsed_args: argparse.Namespace) -> int:
        reading = Reading()
        for name in in_time(parsed_args.files, time_of):
            with lines_of(name, reading.notes.append) as lines:
                reading.take(lines, "the host of standard input" if name == STDIN else name)
        if not reading.hosts:
            raise HarnessError(_nothing(reading), EXIT_UNKNOWN)
        self.app.stdout.write(tell(reading))
        return 0


def _nothing(reading: Reading) -> str:
    return "; ".join([*reading.notes, _why(reading)])


def _why(reading: Reading) -> str:
    if not reading.ours:
        return (
            f"none of {reading.lines} lines is of nova.compute.resource_tracker: give "
            "nova-compute's log; from Stein on it needs debug = True"
        )
    return (
        f"{reading.ours} lines are of the resource tracker, but no audit has both views: from "
        "Stein on nova-compute writes them with debug = True only"
    )
