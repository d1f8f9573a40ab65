"""``harness lab logs``: what the services wrote."""

import argparse

from cliff.command import Command

from harness.cli import lab_options
from harness.lab import logs


class LabLogs(Command):
    """Print the end of a service's log, or of all logs; follow them with --follow."""

    def get_parser(self, prog_name: str) -> argparse.ArgumentParser:
        parser = super().get_parser(prog_name)
        lab_options.add_state_dir(parser)
        parser.add_argument("service", nargs="?", help="the service (default: all)")
        parser.add_argument(
            "-n", "--lines", type=int, default=20, help="lines of each (default: 20)"
        )
        parser.add_argument("-f", "--follow", action="store_true", help="print on as they grow")
        return parser

    def take_action(self, parsed_args: argparse.Namespace) -> int:
        return logs.show(
            lab_options.layout(parsed_args),
            parsed_args.service,
            parsed_args.lines,
            parsed_args.follow,
        )
