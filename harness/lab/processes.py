"""The processes of one lab: found by the mark they carry, stopped, weighed.

Every service inherits an environment variable that names the state directory, so a process is
known as ours even when its supervisor died. Some services write their title over their environment;
these keep the working directory that all are started in, where nothing else has business. Guests
have neither; the path of their disk in the command line names the state directory.
"""

import contextlib
import signal
import subprocess
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import psutil

OWNER = "HARNESS_LAB_OWNER"
ROLE = "HARNESS_LAB_ROLE"
ROLE_SETUP = "setup"
KILL_SECONDS = 10
POLL_SECONDS = 0.05


def run_into(
    log: Path, command: Sequence[str], environment: Mapping[str, str], folder: Path | None = None
) -> int:
    """Run a command to its end, its words added to the log; return its exit code."""
    with log.open("ab") as out:
        return subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            env=environment,
            cwd=folder,
            check=False,
        ).returncode


def environment_of(state: Path, venv: Path, role: str = "service") -> dict[str, str]:
    """The environment of everything that the lab starts; nothing of the caller's leaks into it."""
    return {
        "PATH": f"{venv}/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        "HOME": f"{state}/home",
        "LANG": "C.UTF-8",
        "TMPDIR": f"{state}/tmp",
        "PYTHONUNBUFFERED": "1",
        OWNER: str(state),
        ROLE: role,
    }


def all_of(state: Path) -> list[psutil.Process]:
    """Every living process of this lab, guests too."""
    return [process for process in psutil.process_iter() if belongs(process, state)]


def belongs(process: psutil.Process, state: Path) -> bool:
    return (
        _mark(process, OWNER) == str(state)
        or _working_directory(process) == str(working_directory(state))
        or is_guest(process, state)
    )


def working_directory(state: Path) -> Path:
    return state / "supervised"


def is_guest(process: psutil.Process, state: Path) -> bool:
    with contextlib.suppress(psutil.Error):
        if process.name().startswith("qemu-system"):
            return any(f"{state}/instances/" in word for word in process.cmdline())
    return False


def is_setup(process: psutil.Process) -> bool:
    """Whether this is a one-off command of an ``up``, such as a database sync or pip."""
    return _mark(process, ROLE) == ROLE_SETUP


def descendants(pid: int) -> set[int]:
    with contextlib.suppress(psutil.Error):
        return {pid} | {child.pid for child in psutil.Process(pid).children(recursive=True)}
    return set()


def stop(processes: Iterable[psutil.Process], patience: float) -> list[psutil.Process]:
    """SIGTERM, ``patience`` seconds, SIGKILL; the processes that had to be killed."""
    listed = list(processes)
    _send(listed, signal.SIGTERM)
    # A stopped process takes a SIGTERM only when it is continued.
    _send(listed, signal.SIGCONT)
    alive = _outlasting(listed, patience)
    _send(alive, signal.SIGKILL)
    _outlasting(alive, KILL_SECONDS)
    return alive


def _outlasting(processes: list[psutil.Process], seconds: float) -> list[psutil.Process]:
    """Those that have not ended after some seconds.

    A zombie has ended: our orphans are reaped by pid 1, which in a container may take its time.
    """
    end = time.monotonic() + seconds
    while alive := [process for process in processes if not _ended(process)]:
        if time.monotonic() > end:
            return alive
        time.sleep(POLL_SECONDS)
    return []


def _ended(process: psutil.Process) -> bool:
    try:
        return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def resident(processes: Iterable[psutil.Process]) -> int:
    """The resident set of these processes in bytes; one that ended meanwhile counts nothing."""
    total = 0
    for process in processes:
        with contextlib.suppress(psutil.Error):
            total += process.memory_info().rss
    return total


def _send(processes: Iterable[psutil.Process], number: signal.Signals) -> None:
    for process in processes:
        with contextlib.suppress(psutil.Error):
            process.send_signal(number)


def _mark(process: psutil.Process, name: str) -> str | None:
    try:
        return process.environ().get(name)
    except (psutil.Error, OSError):
        return None


def _working_directory(process: psutil.Process) -> str | None:
    try:
        return process.cwd()
    except (psutil.Error, OSError):
        return None
