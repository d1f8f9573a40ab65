"""Which tests to run, in the words of ``tempest run``, and their list."""

import json
import re
from dataclasses import dataclass
from pathlib import Path

from harness.core.errors import HarnessError

# It runs in the tests' interpreter, where harness need not be installed.
LISTING = (
    "import json, os, sys; from stestr import commands; "
    "os.path.isdir('.stestr') or commands.init_command(); "
    "sys.exit(commands.list_command(**json.loads(sys.argv[1])))"
)


@dataclass(frozen=True)
class Selection:
    """The tests to run, as the options of the same names say to ``tempest run``.

    ``regex`` holds one or more regular expressions between blanks; a test is in if one of them, or
    of the lines of ``include_list``, is found in its id. ``concurrency`` 0 is one worker for each
    CPU.
    """

    regex: str = ""
    exclude_regex: str = ""
    include_list: Path | None = None
    exclude_list: Path | None = None
    concurrency: int = 0

    def check(self) -> None:
        """Raise HarnessError for what stestr would not understand."""
        if self.concurrency < 0:
            raise HarnessError(f"the number of workers is {self.concurrency}: expected 0 or more")
        for text in (*self.regex.split(), self.exclude_regex):
            _check_regex(text, "the command line")
        for path in (self.include_list, self.exclude_list):
            for line in _lines(path):
                _check_regex(line.split("#")[0].strip(), str(path))

    def arguments(self) -> str:
        """Return the JSON argument of LISTING."""
        return json.dumps(
            {
                "filters": self.regex.split() or None,
                "exclude_regex": self.exclude_regex or None,
                "include_list": _absolute(self.include_list),
                "exclude_list": _absolute(self.exclude_list),
            }
        )

    def __str__(self) -> str:
        words = {
            "regex": self.regex,
            "exclude regex": self.exclude_regex,
            "include list": self.include_list,
            "exclude list": self.exclude_list,
        }
        return ", ".join(f"{name} {value}" for name, value in words.items() if value) or "all tests"


def _absolute(path: Path | None) -> str | None:
    return None if path is None else str(path.absolute())


def _lines(path: Path | None) -> list[str]:
    try:
        return [] if path is None else path.read_text().splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise HarnessError(f"the list of tests {path} cannot be read: {error}") from error


def _check_regex(text: str, where: str) -> None:
    try:
        re.compile(text)
    except re.error as error:
        raise HarnessError(f"{text!r} in {where} is no regular expression: {error.msg}") from error
