"""Log files that a command is given: plain or gzipped, read in constant memory."""

import gzip
import sys
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import IO

from harness.core.errors import HarnessError

STDIN = "-"
_LONGEST = 1 << 16
"""Bytes of a line that are read; nova's debug lines are far shorter."""
_BEGINNING = 10_000
"""Lines of a file in which its first time is looked for."""
_GZIP = b"\x1f\x8b"
_BROKEN = (EOFError, zlib.error, gzip.BadGzipFile)


def in_time(names: Sequence[str], time_of: Callable[[str], str]) -> list[str]:
    """Return the names of logs, the oldest first, by the time of the first line that has one.

    One that tells none, and standard input, which can be read but once, keep their places.
    ``time_of`` returns a line's time as a text that can be compared, or "". Raises HarnessError
    where a log cannot be read.
    """
    begun = [("" if name == STDIN else _begun(name, time_of), name) for name in names]
    sorted_ones = iter(sorted((one for one in begun if one[0]), key=lambda one: one[0]))
    return [next(sorted_ones)[1] if time else name for time, name in begun]


def _begun(name: str, time_of: Callable[[str], str]) -> str:
    with lines_of(name) as lines:
        return next(filter(None, map(time_of, islice(lines, _BEGINNING))), "")


@contextmanager
def lines_of(name: str, note: Callable[[str], None] | None = None) -> Iterator[Iterator[str]]:
    """Open a log, "-" for standard input, and give its lines; of one that is longer than any log
    line only the beginning.

    A gzip file that is cut or damaged gives its lines up to there. ``note`` is told that, and of a
    name that promises gzip where there is none. Raises HarnessError where a file cannot be read.
    """
    try:
        with _opened(name) as (file, packed):
            odd = note or _nobody
            if not packed and name.endswith(".gz"):
                odd(f"{name} is no gzip file though its name says so: it was read as text")
            yield _lines(file, name, odd)
    except OSError as error:
        raise HarnessError(f"log {name} cannot be read: {error.strerror or error}") from error


def _nobody(_said: str) -> None:
    """Hear what nobody asked for."""


@contextmanager
def _opened(name: str) -> Iterator[tuple[IO[bytes], bool]]:
    if name == STDIN:
        yield sys.stdin.buffer, False
        return
    with Path(name).open("rb") as file:
        packed = file.read(len(_GZIP)) == _GZIP
        file.seek(0)
        yield (gzip.GzipFile(fileobj=file) if packed else file), packed  # type: ignore[misc]


def _lines(file: IO[bytes], name: str, note: Callable[[str], None]) -> Iterator[str]:
    fresh, number = True, 0
    try:
        while piece := file.readline(_LONGEST):
            if fresh:
                number += 1
                yield piece.decode("utf-8", errors="replace")
            fresh = piece.endswith(b"\n")
    except _BROKEN as error:
        note(f"{name} is cut or damaged after line {number} and was read up to there: {error}")
