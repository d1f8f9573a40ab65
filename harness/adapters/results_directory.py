"""The folder that holds all runs."""

import secrets
from contextlib import suppress
from pathlib import Path

from harness.adapters.atomic_file import make_folder, write_atomically
from harness.adapters.confinement import LATEST, check_name, inside, is_name, leads_out
from harness.adapters.store import RunStore
from harness.core.errors import HarnessError


class ResultsDirectory:
    """The folder that holds all runs."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def new_run(self, name: str) -> RunStore:
        """Take a name and return the store of its run; nobody else gets the name.

        One that a driver took which died before its run began is free. Raises HarnessError for a
        bad or taken name, or where nothing can be written.
        """
        check_name(name)
        store = RunStore(self.path / name)
        try:
            make_folder(self.path)
            probe = self.path / f".write-{secrets.token_hex(4)}"
            write_atomically(probe, b"")
            probe.unlink()
        except OSError as error:
            raise HarnessError(
                f"the results directory {self.path} cannot be written: {error.strerror or error}; "
                "give another with --results"
            ) from error
        try:
            store.path.mkdir(mode=0o700)
        except FileExistsError as error:
            if _never_begun(store.path):
                return store
            raise HarnessError(
                f"there is a run {name!r} in {self.path} already: take another --run"
            ) from error
        return store

    def runs(self) -> list[RunStore]:
        """Return the runs here, oldest name first."""
        return [
            RunStore(path.parent.parent) for path in sorted(self.path.glob("*/evidence/run.json"))
        ]

    def has(self, name: str) -> bool:
        """Tell whether a run of that name has begun here."""
        return is_name(name) and (self.path / name / "evidence" / "run.json").is_file()

    def find(self, name: str) -> RunStore:
        """Return a run by name or by path; "latest" is the newest. Raises HarnessError."""
        runs = [run for run in self.runs() if not leads_out(self.path, run.path)]
        if name == LATEST and runs:
            return max(runs, key=lambda run: (run.evidence / "run.json").stat().st_mtime)
        with suppress(OSError):  # a name that is too long for a file is none
            if (Path(name) / "evidence" / "run.json").is_file():
                return RunStore(Path(name))
            if self.has(name):
                return RunStore(inside(self.path, self.path / name))
        raise HarnessError(
            f"there is no run {name!r} in {self.path}: `harness list` shows the runs"
        )


def _never_begun(path: Path) -> bool:
    """Tell whether a run's folder holds only what a driver makes before its run begins."""
    if path.is_symlink() or not path.is_dir():
        return False
    evidence = path / "evidence"
    strange = {item.name for item in path.iterdir()} - {"driver.lock", "workspace", "evidence"}
    stored = [item for item in evidence.glob("*") if not item.name.endswith(".tmp")]
    return not strange and not stored
