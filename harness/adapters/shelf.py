"""What of a run's folder takes how much room, and how an iteration gives up its captures.

What was judged of it lies in ``judged/`` until then. It is moved into the evidence first, by one
rename, and the captures go after it: whoever reads between the two finds what was judged.
"""

import gzip
import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from harness.adapters.atomic_file import sync_folder, write_atomically

JUDGED = "judged.json.gz"
_GIVEN_UP = ("capture-*.json.gz", "tests.subunit.gz", "begun.json", ".*.tmp")
_BLOCK = 512


class Shelf:
    """The bytes of one run."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def keep_judged(self, iteration: int, data: Mapping[str, Any]) -> None:
        """Keep what was judged of an iteration for when its captures must go."""
        text = json.dumps(data, sort_keys=False, separators=(",", ":"))
        content = gzip.compress(text.encode("utf-8"), compresslevel=6, mtime=0)
        path = self._kept(iteration)
        if not (path.is_file() and path.read_bytes() == content):
            write_atomically(path, content)

    def thin(self, iteration: int) -> bool:
        """Let an iteration give up its captures and its JUnit file; False, and nothing is touched,
        where what was judged of it was not kept. May be called again where it was broken off."""
        folder = self._folder(iteration)
        if not (folder / JUDGED).exists():
            if not self._kept(iteration).is_file() or not folder.is_dir():
                return False
            self._kept(iteration).replace(folder / JUDGED)
            sync_folder(folder)
        for pattern in _GIVEN_UP:
            for path in folder.glob(pattern):
                path.unlink()
        self._kept(iteration).unlink(missing_ok=True)
        self._report(iteration).unlink(missing_ok=True)
        return True

    def size_of(self, iteration: int) -> int:
        """Return the bytes on the disk of an iteration: evidence, what was judged, its report."""
        folder = self._folder(iteration)
        return _bytes([folder, *folder.glob("*"), self._kept(iteration), self._report(iteration)])

    def size_beside(self) -> int:
        """Return the bytes on the disk of all that is of no single iteration."""
        derived = self._path / "derived"
        return _bytes(
            [
                *self._path.glob("*"),
                *(self._path / "workspace").rglob("*"),
                *derived.glob("*"),
                *(derived / "plot").glob("*"),
                *(derived / "junit").glob("*"),
            ]
        )

    def _folder(self, iteration: int) -> Path:
        return self._path / "evidence" / f"{iteration:06d}"

    def _kept(self, iteration: int) -> Path:
        return self._path / "judged" / f"{iteration:06d}.json.gz"

    def _report(self, iteration: int) -> Path:
        name = f"iteration-{iteration:06d}.xml"
        return self._path / "derived" / "junit" / "iterations" / name


def _bytes(paths: Iterable[Path]) -> int:
    """Return what files and folders take; one that goes meanwhile takes nothing."""
    total = 0
    for path in paths:
        try:
            total += os.lstat(path).st_blocks * _BLOCK
        except FileNotFoundError:
            continue
    return total
