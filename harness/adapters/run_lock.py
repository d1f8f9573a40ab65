"""One driver for each run: a lock that the system takes back when its holder dies."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from harness.core.errors import HarnessError

_NAME = "driver.lock"


@contextmanager
def driving(run: Path) -> Iterator[None]:
    """Hold the lock of a run's folder. Raises HarnessError where another process holds it.

    Children do not inherit it, so that tests which outlive their driver do not hold its run.
    """
    with (run / _NAME).open("a+", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
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
