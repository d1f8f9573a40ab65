"""Ends a tree of processes, those that left it included.

A child that made its own session and lost its parent is found by a cookie: a variable of its
environment, which forks and execs carry along. A process that also wiped its environment, or that
runs as another user, cannot be found.
"""

import os
import subprocess
import time
from collections.abc import Collection, Iterable
from dataclasses import dataclass

import psutil

COOKIE = "HARNESS_COOKIE"
"""The variable that marks the processes of a tree; its value tells the trees apart."""

_KILLING_SECONDS = 5.0
_PAUSE = 0.05


@dataclass(frozen=True)
class Ended:
    """A process that had to be ended. ``how`` is "SIGTERM", "SIGKILL", or "nothing" ended it."""

    pid: int
    name: str
    how: str

    def __str__(self) -> str:
        return f"{self.name} (pid {self.pid}, {self.how})"


def carrying(cookie: str) -> list[psutil.Process]:
    """Return the living processes whose environment holds the cookie, the caller not among them."""
    ours = {os.getpid(), *(parent.pid for parent in psutil.Process().parents())}
    return [
        process
        for process in psutil.process_iter()
        if process.pid not in ours and _cookie(process) == cookie and _alive(process)
    ]


def end(
    root: int | subprocess.Popen[bytes] | None,
    cookie: str,
    grace: float,
    spare: Collection[int] = (),
) -> tuple[Ended, ...]:
    """End a process, its descendants, and all that carry the cookie; return what had to be ended.

    Each gets SIGTERM, and SIGKILL if it is still there after ``grace`` seconds; children born
    meanwhile too. ``root`` may have gone already, or be None where only the cookie is known. Pids
    in ``spare`` are left alone. Takes at most ``grace`` + 5 seconds. Never raises for a process.
    """
    pid = _pid(root)
    met: dict[psutil.Process, str] = {}
    names: dict[psutil.Process, str] = {}
    for signal, seconds in (("SIGTERM", grace), ("SIGKILL", _KILLING_SECONDS)):
        deadline = time.monotonic() + seconds
        while remaining := _tree(pid, cookie, spare, known=met):
            for process in remaining:
                names.setdefault(process, _name(process))
                if met.get(process) != signal:
                    met[process] = signal
                    _send(process, signal)
            if time.monotonic() >= deadline:
                break
            _reap(root)
            time.sleep(_PAUSE)
    _reap(root)
    remaining = _tree(pid, cookie, spare, known=met)
    met.update(dict.fromkeys(remaining, "nothing"))
    return tuple(
        Ended(process.pid, names.get(process, "?"), how)
        for process, how in sorted(met.items(), key=lambda item: item[0].pid)
    )


def _pid(root: int | subprocess.Popen[bytes] | None) -> int | None:
    """Return the pid, or None where it was given back to the system and may be a stranger's."""
    if isinstance(root, subprocess.Popen):
        return root.pid if root.poll() is None else None
    return root


def _tree(
    pid: int | None, cookie: str, spare: Collection[int], known: Iterable[psutil.Process]
) -> list[psutil.Process]:
    """Return what is still to end; what was met once stays in, although its parent went."""
    found = {process for process in known if _alive(process)}
    found.update(carrying(cookie))
    if pid is not None:
        found.update(_descendants(pid))
    return [process for process in found if process.pid not in spare]


def _descendants(pid: int) -> list[psutil.Process]:
    try:
        root = psutil.Process(pid)
        return [process for process in (root, *root.children(recursive=True)) if _alive(process)]
    except psutil.Error:
        return []


def _cookie(process: psutil.Process) -> str | None:
    try:
        value: str | None = process.environ().get(COOKIE)
        return value
    except (psutil.Error, OSError):
        return None


def _alive(process: psutil.Process) -> bool:
    """Tell whether a process runs; a zombie does not."""
    try:
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    except psutil.Error:
        return False


def _name(process: psutil.Process) -> str:
    """Return the program's name; not its arguments, which may hold passwords."""
    try:
        return str(process.name())
    except psutil.Error:
        return "?"


def _send(process: psutil.Process, signal: str) -> None:
    try:
        process.terminate() if signal == "SIGTERM" else process.kill()
    except psutil.Error:
        return


def _reap(root: int | subprocess.Popen[bytes] | None) -> None:
    if isinstance(root, subprocess.Popen):
        root.poll()
