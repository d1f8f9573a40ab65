"""One `harness lab` at a time works on a lab."""

import contextlib
import fcntl
import os
from collections.abc import Callable, Iterator

from harness.core.errors import HarnessError
from harness.lab.layout import Layout


@contextlib.contextmanager
def held(layout: Layout, say: Callable[[str], None]) -> Iterator[None]:
    """Hold the lab's lock; wait, and say for whom, while another process holds it.

    The kernel drops the lock with its holder, so a killed process leaves none.
    """
    try:
        layout.state.mkdir(parents=True, exist_ok=True, mode=0o700)
        opened = layout.lock.open("a+")
    except OSError as error:
        raise HarnessError(f"{error}: choose another directory with --state-dir") from None
    with opened as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            say(f"waiting for pid {file.read().strip() or '?'}, which works on this lab")
            fcntl.flock(file, fcntl.LOCK_EX)
        file.seek(0)
        file.truncate()
        file.write(str(os.getpid()))
        file.flush()
        yield
