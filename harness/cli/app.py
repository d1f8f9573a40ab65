"""The ``harness`` command: cliff's application, with exit codes that speak of verdicts."""

import argparse
import errno
import logging
import os
import sys
import traceback
import warnings
from functools import partial
from importlib.metadata import EntryPoint, entry_points
from typing import Any, NoReturn

from cliff.app import App
from cliff.commandmanager import CommandManager

from harness import __version__
from harness.cli.concealment import Concealing, private_log, secrets_here
from harness.core.errors import EXIT_CRASH, EXIT_PASS, EXIT_UNKNOWN, EXIT_USAGE, HarnessError
from harness.core.redaction import NOTHING, Secrets
from harness.reports.plain_text import block, line

_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EROFS)
_TRACEBACK = 20_000
_ABOUT = """\
Loop tempest against an OpenStack cloud, record after every iteration what each part of the cloud
says it holds, and tell whether anything leaks, what, where, since when and because of which test.
"""
_EXITS = """\
exit codes: 0 all PASS, 1 some FAIL, 2 some UNKNOWN (something could not be seen, a cloud does not
answer, or the disk is full), 64 wrong usage or configuration, 70 a defect of harness itself.

first steps:
  harness lab up                     bring up a real OpenStack on this machine
  harness soak --hours 8             soak it (or your own cloud with --cloud NAME)
  harness check --cloud NAME         one look at a cloud, no tests
  harness list; harness show latest  what the runs found
"""


class HarnessApp(App):
    """The application."""

    NAME = "harness"

    def __init__(self) -> None:
        super().__init__(
            description=_ABOUT,
            version=__version__,
            command_manager=CommandManager("harness.commands"),
            deferred_help=True,
        )
        self._secrets: Secrets | None = None

    @property
    def secrets(self) -> Secrets:
        """What nothing may show that this process writes; looked for when it is first needed."""
        if self._secrets is None:
            self._secrets = NOTHING
            self._secrets = secrets_here(os.environ, texts=sys.argv)
        return self._secrets

    def build_option_parser(
        self,
        description: str | None,
        version: str | None,
        argparse_kwargs: dict[str, Any] | None = None,
    ) -> argparse.ArgumentParser:
        parser = super().build_option_parser(description, version, argparse_kwargs)
        parser.prog = self.NAME
        parser.allow_abbrev = False  # else `harness COMMAND --log X` would be taken for --log-file
        parser.formatter_class = argparse.RawDescriptionHelpFormatter
        parser.epilog = _EXITS
        parser.error = partial(_usage_error, "harness")  # type: ignore[method-assign]
        return parser

    def configure_logging(self) -> None:
        """Log to --log-file, and to standard error with -v; else a command says all that counts.

        What libraries log of a failure that is told in one line would only hide that line.
        """
        root = logging.getLogger("")
        root.setLevel(logging.DEBUG)
        handlers: list[logging.Handler] = []
        if self.options.log_file:
            try:
                handlers.append(private_log(self.options.log_file))
            except OSError as error:
                reason = error.strerror or error
                text = f"--log-file {self.options.log_file} cannot be written: {reason}"
                raise SystemExit(self._fail(text, EXIT_USAGE)) from error
        if self.options.debug or self.options.verbose_level > self.DEFAULT_VERBOSE_LEVEL:
            handlers.append(logging.StreamHandler(self.stderr))
        for handler in handlers or [logging.NullHandler()]:
            told = Concealing(self.LOG_FILE_MESSAGE_FORMAT, lambda: self.secrets)
            handler.setFormatter(told)
            handler.setLevel(logging.DEBUG if self.options.verbose_level > 1 else logging.WARNING)
            root.addHandler(handler)

    def interact(self) -> None:
        """There is no shell: ``harness`` alone shows the help."""
        self.parser.print_help(sys.stderr)
        raise SystemExit(EXIT_USAGE)

    def run_subcommand(self, argv: list[str]) -> int:
        """Run a command; an error is one line, and the exit code tells whose it is."""
        try:
            factory, name, rest = self.command_manager.find_command(argv)
        except ValueError:
            return self._unknown_command(argv)
        full_name = " ".join([self.NAME, name])
        command = factory(self, self.options, cmd_name=full_name)
        parser = command.get_parser(full_name)
        parser.error = partial(_usage_error, full_name)  # type: ignore[method-assign]
        try:
            return int(command.run(parser.parse_intermixed_args(rest)) or 0)
        except HarnessError as error:
            return self._fail(str(error), error.exit_code)
        except ValueError as error:
            if str(error).startswith("No recognized column names"):
                return self._fail(str(error), EXIT_USAGE)
            return self._crash(error)
        except BrokenPipeError:
            sys.stderr.close()
            return EXIT_CRASH
        except KeyboardInterrupt:
            return self._fail("interrupted", 130)
        except OSError as error:
            return self._full(error) if error.errno in _NO_ROOM else self._crash(error)
        except Exception as error:  # noqa: BLE001 - the last guard: one line instead of a traceback
            return self._crash(error)

    def _crash(self, error: Exception) -> int:
        if self.options.debug:
            self.stderr.write(block(self.secrets.shown(traceback.format_exc()), _TRACEBACK))
        text = f"{type(error).__name__}: {error}"
        hint = "this is a defect of harness; run `harness --debug ...` for the traceback"
        return self._fail(f"{text} ({hint})", EXIT_CRASH)

    def _full(self, error: OSError) -> int:
        where = (
            f"{error.filename} cannot be written" if error.filename else "nothing can be written"
        )
        return self._fail(f"{where}: {error.strerror}", EXIT_UNKNOWN)

    def _unknown_command(self, argv: list[str]) -> int:
        words = " ".join(argv)
        for point in entry_points(group="harness.commands"):
            if f"{words} ".startswith(f"{point.name.replace('_', ' ')} "):
                return self._fail(_why_not_loaded(point), EXIT_USAGE)
        near = self.get_fuzzy_matches(words)[:3] if not words.startswith("-") else []
        hint = f"; did you mean {', '.join(near)}?" if near else "; see `harness --help`"
        return self._fail(f"there is no command {words!r}{hint}", EXIT_USAGE)

    def _fail(self, text: str, code: int) -> int:
        for each in text.splitlines() or [""]:
            self.stderr.write(f"harness: error: {line(self.secrets.shown(each))}\n")
        return code


def _why_not_loaded(point: EntryPoint) -> str:
    """Say why a command that is declared is not there: cliff leaves it out in silence."""
    try:
        point.load()
    except ImportError as error:
        extra = "lab" if point.name.startswith("lab") else "libvirt"
        return (
            f"this command needs more than is installed ({error}): pip install 'harness[{extra}]'"
        )
    return f"the command {point.name.replace('_', ' ')!r} cannot be used"


def _usage_error(command: str, message: str) -> NoReturn:
    sys.stderr.write(f"{command}: error: {line(NOTHING.shown(message))} (see `{command} --help`)\n")
    raise SystemExit(EXIT_USAGE)


def main(argv: list[str] | None = None) -> int:
    """Run the command line and return its exit code."""
    if not sys.warnoptions:
        warnings.simplefilter("ignore")
    try:
        return HarnessApp().run(sys.argv[1:] if argv is None else argv)
    except SystemExit as end:
        return (
            end.code if isinstance(end.code, int) else EXIT_PASS if end.code is None else EXIT_USAGE
        )
