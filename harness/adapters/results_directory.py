"""The folder that holds all runs."""

import re
import secrets
from pathlib import Path

from harness.adapters.atomic_file import write_atomically
from harness.adapters.store import RunStore
from harness.core.errors import HarnessError

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")


class ResultsDirectory:
    """The folder that holds all runs."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def new_run(self, name: str) -> RunStore:
        """Take a name and return the store of its run; nobody else gets the name.

        Raises HarnessError for a bad or taken name, or where nothing can be written.
        """
        check_name(name)
        store = RunStore(self.path / name)
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            probe = self.path / f".write-{secrets.token_hex(4)}"
            write_atomically(probe, b"")
            probe.unlink()
        except OSError as error:
            raise HarnessError(
                f"the results directory {self.path} cannot be written: {error.strerror or error}; "
                "give another with --results"
            ) from error
        try:
            store.path.mkdir()
        except FileExistsError as error:
            raise HarnessError(
                f"there is a run {name!r} in {self.path} already: take another --run"
            ) from error
        return store

    def runs(self) -> list[RunStore]:
        """Return the runs here, oldest name first."""
        return [
            RunStore(path.parent.parent) for path in sorted(self.path.glob("*/evidence/run.json"))
        ]

    def find(self, name: str) -> RunStore:
        """Return a run by name or by path; "latest" is the newest. Raises HarnessError."""
        if name == "latest" and (runs := self.runs()):
            return max(runs, key=lambda run: (run.evidence / "run.json").stat().st_mtime)
        for path in (Path(name), self.path / name):
            if (path / "evidence" / "run.json").is_file():
                return RunStore(path)
        raise HarnessError(
            f"there is no run {name!r} in {self.path}: `harness list` shows the runs"
        )


def check_name(name: str) -> None:
    """Raise HarnessError where a run's name could not be a folder's."""
    if not _NAME.fullmatch(name):
        raise HarnessError(
            f"{name!r} cannot name a run: use letters, digits, '.', '_' and '-', at most 100"
        )
