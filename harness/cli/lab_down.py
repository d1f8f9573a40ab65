"""``harness lab down``: stop the lab."""

import argparse

from cliff.command import Command

from harness.cli import lab_options
from harness.lab import lifecycle


class LabDown(Command):
    """Stop every service and guest of the lab; only its state directory stays."""

    def get_parser(self, prog_name: str) -> argparse.ArgumentParser:
        parser = super().get_parser(prog_name)
        lab_options.add_state_dir(parser)
        return parser

    def take_action(self, parsed_args: argparse.Namespace) -> None:
        lifecycle.down(lab_options.state_dir(parsed_args), lab_options.say)
