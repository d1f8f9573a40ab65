"""``harness lab env``: what a shell or another tool needs to use the lab."""

import argparse

from cliff.show import ShowOne

from harness.cli import lab_options
from harness.lab import environment

EXPORT = "export"


class LabEnv(ShowOne):
    """Print the lab's files, sockets and databases; made for eval "$(harness lab env)"."""

    def get_parser(self, prog_name: str) -> argparse.ArgumentParser:
        parser = super().get_parser(prog_name)
        lab_options.add_state_dir(parser)
        parser.set_defaults(formatter=EXPORT)
        return parser

    def run(self, parsed_args: argparse.Namespace) -> int:
        if parsed_args.formatter != EXPORT:
            return super().run(parsed_args)
        names, values = self.take_action(parsed_args)
        for line in environment.export_lines(dict(zip(names, values, strict=True))):
            self.app.stdout.write(line + "\n")
        return 0

    def take_action(
        self, parsed_args: argparse.Namespace
    ) -> tuple[tuple[str, ...], tuple[str, ...]]:
        found = environment.variables(environment.load(lab_options.layout(parsed_args).state))
        return tuple(found), tuple(found.values())
