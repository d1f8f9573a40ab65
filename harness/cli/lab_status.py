"""``harness lab status``: the services of the lab."""

import argparse
from typing import Any

from cliff.lister import Lister

from harness.cli import lab_options
from harness.core.errors import EXIT_PASS, EXIT_UNKNOWN
from harness.lab import status


class LabStatus(Lister):
    """List the services with state, pid, port, memory and version; exit code 2 unless all run."""

    def get_parser(self, prog_name: str) -> argparse.ArgumentParser:
        parser = super().get_parser(prog_name)
        lab_options.add_state_dir(parser)
        return parser

    def run(self, parsed_args: argparse.Namespace) -> int:
        super().run(parsed_args)
        return EXIT_PASS if self.found.all_run else EXIT_UNKNOWN

    def take_action(self, parsed_args: argparse.Namespace) -> tuple[tuple[str, ...], Any]:
        self.found = status.of(lab_options.layout(parsed_args))
        lab_options.say(self.found.headline)
        return status.COLUMNS, [row.cells for row in self.found.rows]
