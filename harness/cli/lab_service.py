"""``harness lab start|stop|restart|kill``: single services, for faults and their end."""

import argparse

from cliff.command import Command

from harness.cli import lab_options
from harness.lab import faults


class _OnServices(Command):
    def get_parser(self, prog_name: str) -> argparse.ArgumentParser:
        parser = super().get_parser(prog_name)
        lab_options.add_state_dir(parser)
        parser.add_argument("services", nargs="+", metavar="SERVICE", help="as in lab status")
        return parser


class LabStart(_OnServices):
    """Start services and wait until they answer; one that runs stays as it is."""

    def take_action(self, parsed_args: argparse.Namespace) -> None:
        faults.start(lab_options.layout(parsed_args), parsed_args.services, lab_options.say)


class LabStop(_OnServices):
    """Stop services; they stay down until they are started or `harness lab up` runs."""

    def take_action(self, parsed_args: argparse.Namespace) -> None:
        faults.stop(lab_options.layout(parsed_args), parsed_args.services, lab_options.say)


class LabRestart(_OnServices):
    """Stop services, start them, and wait until they answer."""

    def take_action(self, parsed_args: argparse.Namespace) -> None:
        layout = lab_options.layout(parsed_args)
        faults.stop(layout, parsed_args.services, lab_options.say)
        faults.start(layout, parsed_args.services, lab_options.say)


class LabKill(_OnServices):
    """Send SIGKILL, or another signal, to all processes of services; nothing restarts them."""

    def get_parser(self, prog_name: str) -> argparse.ArgumentParser:
        parser = super().get_parser(prog_name)
        parser.add_argument(
            "--signal", default="KILL", metavar="NAME", help="such as STOP, CONT or TERM"
        )
        return parser

    def take_action(self, parsed_args: argparse.Namespace) -> None:
        faults.kill(
            lab_options.layout(parsed_args),
            parsed_args.services,
            parsed_args.signal,
            lab_options.say,
        )
