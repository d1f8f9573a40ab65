"""Log files that a command is given: plain or gzipped, read in constant memory."""

import gzip
import sys
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from harness.core.errors import HarnessError

_LONGEST = 1 << 16
"""Bytes of a line that are read; nova's debug lines are far shorter."""


@contextmanager
def lines_of(name: str) -> Iterator[Iterator[str]]:
    """Open a log, "-" for standard input, and give its lines; of one that is longer than any log
    line only the beginning. Raises HarnessError where it cannot be read to its end."""
    try:
        with _opened(name) as file:
            yield _lines(file)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise HarnessError(f"{name} cannot be read to its end: {error}") from error
    except OSError as error:
        raise HarnessError(f"log {name} cannot be read: {error.strerror or error}") from error


@contextmanager
def _opened(name: str) -> Iterator[IO[bytes]]:
    if name == "-":
        yield sys.stdin.buffer
        return
    with Path(name).open("rb") as file:
        packed = file.read(2) == b"\x1f\x8b"
        file.seek(0)
        yield gzip.GzipFile(fileobj=file) if packed else file  # type: ignore[misc]


def _lines(file: IO[bytes]) -> Iterator[str]:
    fresh = True
    while piece := file.readline(_LONGEST):
        if fresh:
            yield piece.decode("utf-8", errors="replace")
        fresh = piece.endswith(b"\n")
