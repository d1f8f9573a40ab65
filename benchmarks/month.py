"""A month of iterations every 5 minutes on a cloud of 2,000 servers, in 2 GB?

    python -m benchmarks.month [--iterations 8640] [--servers 2000] [--keep 2G]

Every iteration is written, thinned and reported by the harness's own store, thinner and reports.
What is cheap here: one observation of the synthetic cloud is made, packed and judged once, and its
bytes are written for each of the two looks of an iteration; nothing is synced; the reports of the
run are rendered every 500 iterations. Tests differ in their times, one iteration of 100 has a
failing test. Exit code 1 where the run holds more at any time that is looked at.
"""

import argparse
import random
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from unittest.mock import patch

from benchmarks.synthetic.cloud import observed
from benchmarks.synthetic.things import Size
from harness.adapters.shelf import Shelf
from harness.adapters.store import RunStore
from harness.cli import assembly
from harness.cli.soak_options import bytes_of
from harness.core.answers.packing import packed
from harness.core.iterations.history import Iteration, Run, TestResult, TestRun
from harness.core.rules.reading import Patience
from harness.core.runs.analysis import analysis_of
from harness.core.runs.course import Course
from harness.core.runs.judged_json import Judged
from harness.core.runs.judging import Evidence, Past, judge_iteration
from harness.replay import record_of
from harness.reports.everything import render_iteration, render_run
from harness.thinning import Thinner
from tests.toys import parse_tests

PER_HOST, TESTS, STEP = 100, 120, 300.0
_STREAM = 60_000
"""Bytes of a packed stream of tests; most of it are logs."""


def tests_of(number: int, chance: random.Random) -> TestRun:
    results = [
        TestResult(f"tempest.api.compute.test_{n:03d}.Test.test", "passed", chance.random() * 30)
        for n in range(TESTS)
    ]
    if number % 100 == 0:
        results[0] = replace(results[0], status="failed", detail="Traceback\n" * 40)
    return TestRun("finished", "", tuple(results))


def held(folder: Path) -> int:
    """Return the bytes on the disk of all that is below a folder."""
    return sum(path.lstat().st_blocks * 512 for path in [folder, *folder.rglob("*")])


def month(folder: Path, iterations: int, servers: int, budget: int | None) -> int:
    """Write a run; return the most that it held."""
    chance, began, most = random.Random(1), time.monotonic(), 0
    capture = observed(Size(max(2, servers // PER_HOST), servers))
    content, stream = packed(capture), chance.randbytes(_STREAM)
    law = assembly.laws(Patience(1.5, 60.0), 1800.0)
    run = Run("month", "synthetic", capture.started, "soak1a2b3c")
    store, course = RunStore(folder), Course(law.truths, law.terms)
    store.begin(record_of(run, law))
    thinner = Thinner(Shelf(folder), budget, print)
    first, past = judge_iteration(
        Evidence(0, None, (capture, capture)), law, run, Past(), parse_tests
    )
    print(f"a packed look has {len(content):,} bytes", flush=True)
    for number in range(iterations + 1):
        item = _iteration(first, number, chance)
        where = store.evidence / f"{number:06d}"
        where.mkdir()
        for name in ("capture-001.json.gz", "capture-002.json.gz"):
            (where / name).write_bytes(content)
        (where / "begun.json").write_bytes(b"{}")
        (where / "iteration.json").write_bytes(b"{}" * 4000)
        if number:
            (where / "tests.subunit.gz").write_bytes(stream)
        course = course.plus(item)
        judged = Judged(item, {} if number else past.hosts)
        run = replace(run, thinned=thinner.took(judged, analysis_of(run, course), False))
        analysis = analysis_of(run, course)
        store.publish(render_iteration(analysis, item))
        if number % 500 == 0 or number == iterations:
            store.publish(render_run(analysis))
            now = held(folder)
            most = max(most, now)
            took = time.monotonic() - began
            print(
                f"{number:6} {now / 2**20:8.1f} MB, {len(run.thinned)} thinned, {took:.0f} s",
                flush=True,
            )
    return most


def _iteration(first: Iteration, number: int, chance: random.Random) -> Iteration:
    at = first.started + STEP * number
    tests = tests_of(number, chance) if number else None
    phases = {"settle": chance.random() * 9, "tests": chance.random() * 200}
    return replace(
        first,
        number=number,
        started=at,
        ended=at + 200,
        looked=at + 199,
        phases=phases,
        tests=tests,
        broken="",
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--iterations", type=int, default=8640)
    parser.add_argument("--servers", type=int, default=2000)
    parser.add_argument("--keep", default="2G")
    args = parser.parse_args()
    budget = bytes_of(args.keep)
    unsynced = patch("os.fsync", lambda _file: None)
    with tempfile.TemporaryDirectory(prefix="month-") as folder, unsynced:
        most = month(Path(folder) / "month", args.iterations, args.servers, budget)
    good = budget is None or most <= budget
    print(f"{'PASS' if good else 'FAIL'}  the run held {most / 2**20:.1f} MB at most")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
