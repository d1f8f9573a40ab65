"""How much evidence the reports of a run were made of: what is lost or cut since then shows.

    <run>/sizes.json    each name in ``evidence``, with how many files and bytes it holds

It is written with the reports of a run that has ended. Of an older run, which has none, the times
of the files must do.
"""

import os
import re
from collections.abc import Collection, Iterator
from pathlib import Path

from harness.adapters.atomic_file import write_atomically
from harness.adapters.evidence_files import DAMAGE, as_bytes, object_in

_SIZES = "sizes.json"
_MOST = 999_999
_ITERATION = re.compile("[0-9]{6}")


def keep_sizes(run: Path) -> None:
    """Store how much evidence a run's folder holds."""
    write_atomically(run / _SIZES, as_bytes({name: list(has) for name, has in _sizes(run).items()}))


def changed(run: Path, iterations: int) -> list[str]:
    """Return the names in ``evidence`` that are missing, or not as they were when the reports were
    made; no file is opened for it but ``sizes.json``.

    ``iterations`` is how many the end mark counts.
    """
    now = _sizes(run)
    try:
        stored = object_in((run / _SIZES).read_bytes())
        kept = {name: tuple(has) for name, has in stored.items()}
    except DAMAGE:
        return sorted(_lost_or_later(run, now.keys(), iterations))
    return sorted(name for name in kept.keys() | now.keys() if kept.get(name) != now.get(name))


def _sizes(run: Path) -> dict[str, tuple[int, int]]:
    """Return (files, bytes) of each file and folder of evidence; what is not whole yet is none."""
    found = {}
    for entry in _entries(run / "evidence"):
        inner = _entries(Path(entry.path)) if entry.is_dir(follow_symlinks=False) else [entry]
        sizes = [each.stat(follow_symlinks=False).st_size for each in inner]
        found[entry.name] = (len(sizes), sum(sizes))
    return found


def _entries(folder: Path) -> Iterator[os.DirEntry[str]]:
    with os.scandir(folder) as entries:
        yield from (entry for entry in entries if not entry.name.startswith("."))


def _lost_or_later(run: Path, names: Collection[str], iterations: int) -> Iterator[str]:
    """Yield the iterations that are missing, and what was written later than the report."""
    there = {int(name) for name in names if _ITERATION.fullmatch(name)}
    expected = set(range(max(min(iterations, _MOST), *there, 0) + 1))
    yield from (f"{number:06d}" for number in expected - there)
    reported = (run / "derived" / "report.txt").stat().st_mtime_ns
    for entry in _entries(run / "evidence"):
        inner = _entries(Path(entry.path)) if entry.is_dir(follow_symlinks=False) else ()
        # A folder's own time tells that a file of it was removed.
        times = [each.stat(follow_symlinks=False).st_mtime_ns for each in (entry, *inner)]
        if max(times) > reported:
            yield entry.name
