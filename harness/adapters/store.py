"""A run's folder: evidence that is written once, and reports that can be made again from it.

    <run>/evidence/run.json                     what was asked for
    <run>/evidence/resumed-001.json             a driver went on where another had died
    <run>/evidence/ended-001.json               the end mark before that, where it was ended by hand
    <run>/evidence/000012/begun.json            iteration 12 began
    <run>/evidence/000012/capture-001.json.gz   one observation of iteration 12
    <run>/evidence/000012/tests.subunit.gz      what its tests said
    <run>/evidence/000012/iteration.json        its end mark: written last
    <run>/evidence/000012/judged.json.gz        what was judged, where that is all that is left
    <run>/judged/000012.json.gz                 what was judged, for when its captures must go
    <run>/sizes.json                            how much evidence the reports are of
    <run>/evidence/faults/000001.json           what was broken on purpose (``fault_journal``)
    <run>/evidence/end.json                     the run's end mark
    <run>/derived/...                           reports

Every file is written to a temporary name, synced and renamed, so that it is whole or not there.
"""

import gzip
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from harness.adapters.atomic_file import write_atomically
from harness.adapters.confinement import within
from harness.adapters.evidence_files import DAMAGE, as_bytes, begun, evidence_in, object_in
from harness.adapters.evidence_sizes import changed, keep_sizes
from harness.adapters.fault_journal import windows_in, with_faults
from harness.adapters.shelf import JUDGED
from harness.core.answers.capture import Capture
from harness.core.answers.packing import packed
from harness.core.errors import HarnessError
from harness.core.faults.fault_windows import Window
from harness.core.iterations.history import Resumption
from harness.core.iterations.spans import Spans, spans
from harness.core.runs.growing import Files, Growing
from harness.core.runs.judging import Evidence, Torn
from harness.core.runs.records import check_end, check_resumption, check_run

_REPORT = "report.txt"


class RunStore:
    """The folder of one run."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.evidence = path / "evidence"
        self.derived = path / "derived"
        self.workspace = path / "workspace"

    def abandon_unless_begun(self) -> None:
        """Give a run's name back where the run could not begin: nothing of it is evidence."""
        if not (self.evidence / "run.json").exists():
            shutil.rmtree(self.path, ignore_errors=True)

    def begin(self, run: Mapping[str, Any]) -> None:
        """Make the folder and store what the run was asked for."""
        write_atomically(self.evidence / "run.json", as_bytes(run))

    def begin_iteration(self, iteration: int, record: Mapping[str, Any]) -> None:
        """Store that an iteration began: one that is cut off in its tests leaves a trace."""
        write_atomically(self._folder(iteration) / "begun.json", as_bytes(record))

    def keep_capture(self, iteration: int, read: int, capture: Capture) -> None:
        """Store an observation of an iteration; ``read`` counts from 1.

        Names keep their order, so that what is read again gives the same rows in the same order.
        """
        path = self._folder(iteration) / f"capture-{read:03d}.json.gz"
        write_atomically(path, packed(capture))

    def keep_stream(self, iteration: int, stream: bytes) -> None:
        """Store the subunit stream of an iteration's tests."""
        content = gzip.compress(stream, compresslevel=6, mtime=0)
        write_atomically(self._folder(iteration) / "tests.subunit.gz", content)

    def end_iteration(self, iteration: int, record: Mapping[str, Any]) -> None:
        """Store the end mark of an iteration."""
        write_atomically(self._folder(iteration) / "iteration.json", as_bytes(record))

    def withdraw(self, names: Iterable[str]) -> None:
        """Remove reports that will not be true any more."""
        for name in names:
            within(self.path, self.derived / name).unlink(missing_ok=True)

    def resume(self, record: Mapping[str, Any]) -> None:
        """Store that a driver goes on with the run. An end mark that it had is kept under another
        name: the run has none until it ends again."""
        number = len(self._resumed()) + 1
        with suppress(FileNotFoundError):
            (self.evidence / "end.json").rename(self.evidence / f"ended-{number:03d}.json")
        write_atomically(self.evidence / f"resumed-{number:03d}.json", as_bytes(record))

    def end(self, record: Mapping[str, Any]) -> None:
        """Store the end mark of the run."""
        write_atomically(self.evidence / "end.json", as_bytes(record))

    def publish(self, files: Files) -> None:
        """Write reports below ``derived``; see ``within`` for names and links that lead out. With
        the report of a run that has ended, how much evidence there is is stored."""
        for name, text in files.items():
            within(self.derived, self.derived / name)
            path = within(self.path, self.derived / name)
            if isinstance(text, Growing):
                _grow(path, text)
                continue
            content = text.encode("utf-8")
            if not (path.is_file() and path.read_bytes() == content):
                write_atomically(path, content)
        if _REPORT in files and (self.evidence / "end.json").is_file():
            keep_sizes(self.path)

    def changed(self) -> list[str]:
        """Return the names in the evidence of a run that has ended which are missing, or not as
        they were when its report was made."""
        return changed(self.path, (self.end_record() or {}).get("iterations", 0))

    def unpublish(self, keep: set[str]) -> None:
        """Remove reports of an earlier rendering that are not in ``keep``."""
        for path in self.derived.rglob("*"):
            if path.is_file() and path.relative_to(self.derived).as_posix() not in keep:
                path.unlink()

    def run_record(self) -> dict[str, Any]:
        """Return what the run was asked for. Raises HarnessError where this is no run."""
        path = self.evidence / "run.json"
        try:
            record = object_in(path.read_bytes())
            check_run(record)
        except FileNotFoundError:
            raise HarnessError(
                f"{self.path} is no run: there is no evidence/run.json in it; "
                "`harness list` shows the runs of a results directory"
            ) from None
        except DAMAGE as error:
            raise HarnessError(f"{path} cannot be read: {error}") from error
        return record

    def end_record(self) -> dict[str, Any] | None:
        """Return the run's end mark, or None where it has none that can be read."""
        try:
            record = object_in((self.evidence / "end.json").read_bytes())
            check_end(record)
        except DAMAGE:
            return None
        return record

    def resumptions(self) -> tuple[Resumption, ...]:
        """Return when the run was resumed. Raises HarnessError where that cannot be read."""
        found = []
        for path in self._resumed():
            try:
                record = object_in(path.read_bytes())
                check_resumption(record)
            except DAMAGE as error:
                raise HarnessError(f"{path} cannot be read: {error}") from error
            found.append(Resumption(record["after"], record["at"], record.get("silent")))
        return tuple(found)

    def _resumed(self) -> list[Path]:
        return sorted(self.evidence.glob("resumed-*.json"))

    def torn(self) -> Torn | None:
        """Return the last iteration where it has begun and has no end mark, else None.

        A run that died before its baseline began is torn in the baseline: one is still to be taken.
        """
        numbers = [int(path.name) for path in self.evidence.glob("[0-9]" * 6) if path.is_dir()]
        if not numbers:
            return Torn(Evidence(0, None, ()))
        if (self._folder(max(numbers)) / "iteration.json").exists():
            return None
        folder = self._folder(max(numbers))
        reads = [int(path.name[8:].split(".")[0]) for path in folder.glob("capture-*.json.gz")]
        evidence = with_faults(evidence_in(folder), self.evidence, self.run_record)
        return Torn(evidence, max(reads, default=0), begun(folder))

    def written(self) -> float | None:
        """Return when evidence was written last, by the file system: seconds since the epoch."""
        times = [path.stat().st_mtime for path in self.evidence.rglob("*") if path.is_file()]
        return max(times, default=None)

    def evidences(self) -> Iterator[Evidence]:
        """Yield the evidence of each iteration, in the order of the numbers, from the baseline on.

        One that is missing between others, or that the end mark counts, is yielded as damaged.
        """
        found = {path.name for path in self.evidence.glob("[0-9]" * 6) if path.is_dir()}
        numbers = set(range(max(map(int, found), default=-1) + 1))
        counted = (self.end_record() or {}).get("iterations", 0)
        for number in sorted(numbers | {counted}):
            yield self.evidence_of(number)

    def thinned(self) -> Spans:
        """Return the iterations that gave up their captures."""
        return spans(
            int(path.parent.name) for path in self.evidence.glob(f"{'[0-9]' * 6}/{JUDGED}")
        )

    def marks(self) -> int:
        """Return how many iterations have an end mark, the baseline's counted too."""
        return sum(1 for _ in self.evidence.glob(f"{'[0-9]' * 6}/iteration.json"))

    def evidence_of(self, number: int) -> Evidence:
        """Return the evidence of one iteration; one whose folder is missing is damaged."""
        if self._folder(number).is_dir():
            return with_faults(evidence_in(self._folder(number)), self.evidence, self.run_record)
        return Evidence(number, None, (), None, "its folder is missing")

    def windows(self) -> tuple[Window, ...]:
        """Return the faults that were made. Raises HarnessError where that cannot be read."""
        try:
            return windows_in(self.evidence, self.run_record)
        except ValueError as error:
            raise HarnessError(f"{self.evidence}/{error}") from error

    def _folder(self, iteration: int) -> Path:
        return self.evidence / f"{iteration:06d}"


def _grow(path: Path, report: Growing) -> None:
    """Add a line to a report. What a crash tears of it is made anew when the run goes on."""
    head = report.head.encode("utf-8")
    if not report.first and path.is_file() and not path.is_symlink():
        with path.open("r+b") as file:
            if file.read(len(head)) == head:
                file.seek(0, os.SEEK_END)
                file.write(report.line.encode("utf-8"))
                return
        old = path.read_bytes().decode("utf-8")
    else:
        old = None
    write_atomically(path, report.onto(old).encode("utf-8"))
