"""``harness lab reset``: a clean cloud."""

import argparse

from cliff.command import Command

from harness.cli import lab_options
from harness.lab import lifecycle


class LabReset(Command):
    """Drop everything in the cloud and bring it up new; what was installed stays."""

    def get_parser(self, prog_name: str) -> argparse.ArgumentParser:
        parser = super().get_parser(prog_name)
        lab_options.add_start(parser)
        return parser

    def take_action(self, parsed_args: argparse.Namespace) -> None:
        options = lifecycle.UpOptions(
            lab_options.state_dir(parsed_args), lab_options.choices(parsed_args)
        )
        lifecycle.reset(options, lab_options.say)
