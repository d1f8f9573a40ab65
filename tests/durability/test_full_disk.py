"""The file layer fails at each of its calls in turn: nothing that was done is lost."""

import errno
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from io import BufferedIOBase
from pathlib import Path
from typing import Any

import pytest

from harness.adapters.store import RunStore
from harness.core.rules.reading import Patience
from harness.core.rules.verdict import Verdict
from harness.core.runs.analysis import Analysis
from harness.core.runs.judging import Laws
from harness.replay import replay, run_of
from harness.reports.everything import render_all, render_iteration, render_run
from harness.soak import Soak
from tests.toys import LAWS, RECORD, FakeClock, parse_tests, soak

ITERATIONS = 2


@dataclass
class Disk:
    """Fails at call number ``at`` with ``number``; in a write, when half of it was written."""

    at: int
    number: int
    calls: int = 0

    def called(self) -> bool:
        self.calls += 1
        return self.calls == self.at

    def fail(self) -> None:
        raise OSError(self.number, os.strerror(self.number))


@contextmanager
def failing(disk: Disk, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Put a disk beneath all that opens a file to write, syncs or renames."""
    opening, replacing = Path.open, Path.replace

    def open_(path: Path, mode: str = "r", *args: Any, **words: Any) -> Any:
        if "x" not in mode:
            return opening(path, mode, *args, **words)
        if disk.called():
            disk.fail()
        return _Writing(opening(path, mode, *args, **words), disk)

    def replace(path: Path, target: Path) -> Path:
        if disk.called():
            disk.fail()
        return replacing(path, target)

    def sync(_file: int) -> None:
        if disk.called():
            disk.fail()

    with monkeypatch.context() as patch:
        patch.setattr(Path, "open", open_)
        patch.setattr(Path, "replace", replace)
        patch.setattr(os, "fsync", sync)
        yield


class _Writing:
    """A file whose write may fail half-way."""

    def __init__(self, file: BufferedIOBase, disk: Disk) -> None:
        self._file, self._disk = file, disk

    def write(self, content: bytes) -> None:
        if self._disk.called():
            self._file.write(content[: len(content) // 2])
            self._file.flush()
            self._disk.fail()
        self._file.write(content)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)

    def __enter__(self) -> "_Writing":
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()


def _loop(store: RunStore, clock: FakeClock, left: tuple[str, ...]) -> Soak:
    begun = (store.evidence / "run.json").exists()
    if not begun:
        store.begin(RECORD)
    torn = store.torn() if begun else None
    if begun:
        store.resume({"after": 0, "at": clock.now()})
    loop = soak(
        (),
        left,
        iterations=ITERATIONS,
        clock=clock,
        store=store,
        run=run_of(store.run_record(), None, store.resumptions()),
        render_iteration=render_iteration,
        render_run=render_run,
        torn=torn,
    )
    if begun:
        number = torn.evidence.number if torn else None
        loop.recall(item for item in store.evidences() if item.number != number)
    return loop


def _replayed(store: RunStore) -> Analysis:
    def laws(_patience: Patience, _stuck_after: float) -> Laws:
        return LAWS

    return replay(store, laws, parse_tests)


def _attempt(make: Callable[[], Soak]) -> tuple[set[int], bool]:
    """Return the iterations that were told to be done, and whether the disk failed."""
    loop: Soak | None = None
    try:
        loop = make()
        loop.go()
    except OSError:
        return set(loop.progress.judged_numbers if loop else ()), True  # type: ignore[attr-defined]
    return set(loop.progress.judged_numbers), False  # type: ignore[attr-defined]


def _reads_as_pass(store: RunStore) -> bool:
    """Tell whether anything says PASS of a run that has no end mark."""
    if (store.evidence / "end.json").exists():
        return False
    report, junit = store.derived / "report.txt", store.derived / "junit" / "run.xml"
    return (
        _replayed(store).verdict is Verdict.PASS
        or (report.exists() and report.read_text().startswith("PASS"))
        or (junit.exists() and "<error" not in junit.read_text())
    )


@pytest.mark.parametrize("left", [(), ("left",)], ids=["clean", "leak"])
def test_each_call_fails_once(
    left: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The disk is full or broken, in turn; on a clean cloud, only what is torn keeps off a PASS."""
    at, failed, lost, passed, unbegun = 0, True, [], [], 0
    while failed:
        at += 1
        store, clock = RunStore(tmp_path / f"run-{at}"), FakeClock()
        with failing(Disk(at, (errno.ENOSPC, errno.EIO)[at % 2]), monkeypatch):
            done, failed = _attempt(partial(_loop, store, clock, left))
        if failed and (store.evidence / "run.json").exists():
            if _reads_as_pass(store):
                passed.append(at)
            with failing(Disk(0, 0), monkeypatch):
                more, _ = _attempt(partial(_loop, store, clock, left))
            done |= more
        if not (store.evidence / "end.json").exists():
            assert not done
            unbegun += 1
            continue
        analysis = _replayed(store)
        whole = {item.number for item in analysis.history if not item.broken or item.cut_off}
        lost += [(at, missing) for missing in sorted(done - whole)]
        assert not analysis.uncompared, (at, "it has no baseline")
        for name, text in render_all(analysis).items():
            assert (store.derived / name).read_bytes() == text.encode(), (at, name)
    assert at > 100, "the disk was hardly asked"
    assert unbegun < 8, "a run that cannot begin is no run"
    assert (lost, passed) == ([], [])
