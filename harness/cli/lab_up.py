"""``harness lab up``: bring the lab up."""

import argparse

from cliff.command import Command

from harness.cli import lab_options
from harness.lab import lifecycle


class LabUp(Command):
    """Bring up a real all-in-one OpenStack; done again, it starts only what does not run.

    Installs what is missing (system packages with apt, OpenStack into an environment of its own),
    starts what does not run, and returns when the cloud answers.
    """

    def get_parser(self, prog_name: str) -> argparse.ArgumentParser:
        parser = super().get_parser(prog_name)
        lab_options.add_start(parser)
        parser.add_argument(
            "--install-only", action="store_true", help="install what the lab needs and stop"
        )
        return parser

    def take_action(self, parsed_args: argparse.Namespace) -> None:
        options = lifecycle.UpOptions(
            lab_options.state_dir(parsed_args),
            lab_options.choices(parsed_args),
            parsed_args.install_only,
        )
        lifecycle.up(options, lab_options.say)
