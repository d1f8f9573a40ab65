"""``harness explain-log``: what nova-compute's log says of a host's resources, where it is all."""

import argparse
import gzip
import sys
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from cliff.command import Command

from harness.core.errors import EXIT_UNKNOWN, HarnessError
from harness.logs.audits import Reading
from harness.logs.explanation import tell

_LONGEST = 64 * 1024


class ExplainLog(Command):
    """Explain what nova-compute's logs say: what the hypervisor uses, what nova has promised.

    Takes logs of Grizzly to today, rotated and gzipped ones too, the oldest first; "-" is standard
    input. Lines of other services are passed over. From Stein on nova writes these lines with debug
    on only. Exit code 0 where something could be told, 2 where nothing could.
    """

    def get_parser(self, prog_name: str) -> argparse.ArgumentParser:
        parser = super().get_parser(prog_name)
        parser.add_argument("files", metavar="FILE", nargs="+", help="a log; '-' is standard input")
        return parser

    def take_action(self, parsed_args: argparse.Namespace) -> int:
        reading = Reading()
        for name in parsed_args.files:
            with _opened(name) as file:
                try:
                    reading.take(
                        _lines(file), "the host of standard input" if name == "-" else name
                    )
                except (OSError, EOFError, zlib.error) as error:
                    raise HarnessError(f"{name} cannot be read to its end: {error}") from error
        if not reading.hosts:
            raise HarnessError(_nothing(reading), EXIT_UNKNOWN)
        self.app.stdout.write(tell(reading))
        return 0


@contextmanager
def _opened(name: str) -> Iterator[IO[bytes]]:
    if name == "-":
        yield sys.stdin.buffer
        return
    path = Path(name)
    try:
        with path.open("rb") as file:
            packed = file.read(2) == b"\x1f\x8b"
            file.seek(0)
            yield gzip.GzipFile(fileobj=file) if packed else file  # type: ignore[misc]
    except OSError as error:
        raise HarnessError(f"log {name} cannot be read: {error.strerror or error}") from error


def _lines(file: IO[bytes]) -> Iterator[str]:
    """Yield lines; of one that is longer than any log line only the beginning."""
    fresh = True
    while piece := file.readline(_LONGEST):
        if fresh:
            yield piece.decode("utf-8", errors="replace")
        fresh = piece.endswith(b"\n")


def _nothing(reading: Reading) -> str:
    if not reading.ours:
        return (
            f"none of {reading.lines} lines is of nova.compute.resource_tracker: give "
            "nova-compute's log; from Stein on it needs debug = True"
        )
    return (
        f"{reading.ours} lines are of the resource tracker, but no audit has both views: from "
        "Stein on nova-compute writes them with debug = True only"
    )
