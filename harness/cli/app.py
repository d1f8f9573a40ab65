"""The ``harness`` command: cliff's application, with exit codes that speak of verdicts."""

import sys

from cliff.app import App
from cliff.commandmanager import CommandManager


class HarnessApp(App):
    """Loop tempest against an OpenStack cloud and tell whether anything leaks."""

    def __init__(self) -> None:
        super().__init__(
            description=self.__doc__,
            version="0.1.0",
            command_manager=CommandManager("harness.commands"),
            deferred_help=True,
        )


def main(argv: list[str] | None = None) -> int:
    return HarnessApp().run(sys.argv[1:] if argv is None else argv)
