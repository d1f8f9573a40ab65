"""One driver for each run: a lock that the system takes back when its holder dies."""

import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from harness.core.errors import HarnessError

_NAME = "driver.lock"
_TRIES = 10
_PAUSE = 0.05
"""Seconds between tries: one who asks whether a run is driven holds its lock for an instant."""


@contextmanager
def driving(run: Path, sleep: Callable[[float], None] = time.sleep) -> Iterator[None]:
    """Hold the lock of a run's folder. Raises HarnessError where another process keeps it.

    Children do not inherit it, so that tests which outlive their driver do not hold its run.
    """
    with (run / _NAME).open("a+", encoding="utf-8") as file:
        try:
            _take(file.fileno(), sleep)
        except OSError as error:
            file.seek(0)
            holder = file.read(20).strip()
            raise HarnessError(
                f"run {run.name!r} is being driven already"
                + (f" by process {holder}" if holder.isdecimal() else "")
                + ": two drivers would spoil its evidence"
            ) from error
        file.truncate(0)
        file.write(f"{os.getpid()}\n")
        file.flush()
        yield


def _take(file: int, sleep: Callable[[float], None]) -> None:
    for _ in range(_TRIES - 1):
        with suppress(BlockingIOError):
            return fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        sleep(_PAUSE)
    return fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def driven(run: Path) -> bool:
    """Tell whether a living process drives a run."""
    try:
        with (run / _NAME).open("r", encoding="utf-8") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except OSError:
        return True
    return False
