"""How the host probe reads files and asks programs, within its time and its number of things."""

import itertools
import os
import subprocess
import time
from typing import Any

_ONE_ANSWER = 10


class GaveUp(Exception):
    """A view cannot be told whole; the text says why."""


class Bounds:
    """The time in seconds and the number of things that a look at a host may take."""

    def __init__(self, seconds: float, most: int) -> None:
        self.seconds, self.most = seconds, most
        self.until = time.monotonic() + seconds

    def keep(self, number: int, where: str) -> None:
        """Raise GaveUp where there are too many things, or where the time is up."""
        if number > self.most:
            raise GaveUp("%s has more than %d things: raise [host] most" % (where, self.most))
        if time.monotonic() > self.until:
            raise GaveUp("not done within %g s: raise [host] timeout" % self.seconds)

    def names(self, folder: str) -> Any:
        """Return the sorted names in a folder. Raises GaveUp where it has too many."""
        found = _names(folder, self.most + 1)
        self.keep(len(found), folder)
        return found

    def statuses(self, folder: str) -> Any:
        """Return (name, status) of what is in a folder; what went meanwhile is left out."""
        found = [(name, status_of(os.path.join(folder, name))) for name in self.names(folder)]
        return [(name, status) for name, status in found if status]

    def statuses_if_there(self, folder: str) -> Any:
        """Return the same, and nothing of a folder that is not there."""
        try:
            return self.statuses(folder)
        except FileNotFoundError:
            return []

    def beginning(self, folder: str, number: int) -> Any:
        """Return (name, status) of the things in a folder, of so many at most, and why these are
        not all, or ""; nothing of a folder that is not there."""
        found: Any = []
        try:
            for name in _names(folder, number + 1):
                if len(found) == number:
                    return found, "it has more than %d things: raise [host] most" % number
                self.keep(0, folder)
                status = status_of(os.path.join(folder, name))
                if status:
                    found.append((name, status))
        except FileNotFoundError:
            return [], ""
        except (OSError, GaveUp) as error:
            return found, shown(str(error))
        return found, ""


def _names(folder: str, number: int) -> Any:
    """Return the sorted names in a folder, of so many at most."""
    with os.scandir(folder) as there:
        return sorted(one.name for one in itertools.islice(there, number))


def shown(name: str) -> str:
    """Return a name as a text that anybody can write down, whatever bytes it is made of."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")


def status_of(path: str) -> Any:
    """Return the status of a path itself, None where there is no such."""
    try:
        return os.lstat(path)
    except FileNotFoundError:
        return None


def text(path: str) -> str:
    with open(path, errors="replace") as file:
        return file.read()


def said_by(*command: str) -> str:
    """Return what a command says. Raises ValueError where it fails or does not end."""
    try:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            timeout=_ONE_ANSWER,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise ValueError("%s did not end within %d s" % (command[0], _ONE_ANSWER)) from None
    if done.returncode:
        last = done.stderr.decode("utf-8", "replace").strip().splitlines()[-1:]
        raise ValueError("%s failed: %s" % (command[0], "".join(last)[:300]))
    return done.stdout.decode("utf-8", "replace")
