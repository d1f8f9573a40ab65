"""The ledger of what is planted: written before each step, so that a kill leaves nothing unknown.

Each entry names what undoes a step that is about to be taken. What it undoes may never have been
done, so that every undoing must bear to find nothing.
"""

import fcntl
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Any

from harness.adapters.atomic_file import write_atomically
from harness.core.answers.shape import ShapeError, items, take
from harness.core.errors import HarnessError


@dataclass(frozen=True)
class Entry:
    """A step to undo: the name of its ``Undo``, and the arguments of that."""

    kind: str
    undo: str
    args: Mapping[str, Any]


class Ledger:
    """The entries of one cloud, oldest first, kept in a JSON file. Use it as a context manager:
    it is locked meanwhile, so that two self-tests do not undo each other's work.

    ``cloud`` tells the cloud apart from others. Raises HarnessError where the file is of another
    cloud, cannot be read, or is in use.
    """

    def __init__(self, path: Path, cloud: str) -> None:
        self.path = path
        self.cloud = cloud
        self.kind = ""
        self.entries: list[Entry] = []
        self._lock: IO[str] | None = None

    def __enter__(self) -> "Ledger":
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._lock = self.path.with_name(f"{self.path.name}.lock").open("a")
        except OSError as error:
            raise HarnessError(f"{error}: give another place with --state") from error
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            self.entries = self._read()
        except BlockingIOError:
            self._lock.close()
            raise HarnessError(f"another self-test uses {self.path}: wait until it ends") from None
        except HarnessError:
            self._lock.close()
            raise
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        if self._lock:
            self._lock.close()

    def intend(self, undo: str, args: Mapping[str, Any]) -> None:
        """Write down what will undo the step that comes next; it is on the disk on return."""
        self._write([*self.entries, Entry(self.kind, undo, dict(args))])

    def drop(self, entry: Entry) -> None:
        """Forget an entry whose step is undone."""
        self._write([other for other in self.entries if other is not entry])

    def _write(self, entries: list[Entry]) -> None:
        data = {
            "cloud": self.cloud,
            "pid": os.getpid(),
            "entries": [{"kind": e.kind, "undo": e.undo, "args": dict(e.args)} for e in entries],
        }
        write_atomically(self.path, json.dumps(data, indent=1).encode())
        self.entries = entries

    def _read(self) -> list[Entry]:
        try:
            data = json.loads(self.path.read_text(encoding="utf-8"))
            cloud = take(data, "cloud", str)
            entries = [
                Entry(take(e, "kind", str), take(e, "undo", str), take(e, "args", dict))
                for e in items(data, "entries")
            ]
        except FileNotFoundError:
            return []
        except (OSError, ValueError, ShapeError) as error:
            raise HarnessError(
                f"the ledger {self.path} cannot be read ({error}), so that what it planted is not "
                "known: look, and remove it"
            ) from error
        if entries and cloud != self.cloud:
            raise HarnessError(
                f"the ledger {self.path} tells of leaks planted in {cloud}: name that cloud, or "
                "give another ledger with --state"
            )
        return entries
