"""A run of 10,000 iterations against recorded answers: does the driver stay as it is?

    python -m benchmarks.forever [--iterations N] [--findings N]

The real loop, rules, store, reports and ledger; the clock does not wait, the tests take no time.
Memory is the resident set at the end of each iteration. Its slope is that of a straight line
through the means of 20 stretches of the run, of which the first 2 (warm-up) are left out; its error
is what those means leave unexplained. Seconds are CPU seconds of the process, since other processes
share the machine. Exit code 1 where a bound is broken.
"""

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from harness.adapters.allocator import map_large_blocks
from harness.adapters.store import RunStore
from harness.cli import assembly
from harness.cli.ledgers import ledger_of
from harness.core.answers.capture import CLOUD, Answer, Capture
from harness.core.iterations.history import Iteration, Run
from harness.core.rules.reading import Patience
from harness.core.runs.analysis import Analysis
from harness.core.runs.plan import Plan
from harness.core.views.source import CloudSource
from harness.replay import record_of
from harness.reports.everything import render_iteration, render_run
from harness.soak import Soak
from tests.sources.answers import BODIES, PROVIDER
from tests.toys import FakeClock, FakeRunner, parse_tests

MOST_MB, MOST_SECONDS, STEADY = 200.0, 0.25, 1.25
"""The bounds: memory, seconds for an iteration, and the last tenth's seconds to the first's."""
_PARTS, _WARM = 20, 2
_PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass
class Meter:
    """Notes memory (MB) and CPU seconds as the iterations end."""

    memory: list[float] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    before: float = 0.0

    def phase(self, _iteration: int, _name: str) -> None:
        return

    def judged(self, _analysis: Analysis, iteration: Iteration) -> None:
        now = time.process_time()
        self.seconds.append(now - self.before)
        self.before = now
        pages = int(Path("/proc/self/statm").read_text().split()[1])
        self.memory.append(pages * _PAGE / 2**20)
        if iteration.number % 1000 == 0:
            mean = statistics.fmean(self.seconds[-1000:])
            print(f"{iteration.number:6} {self.memory[-1]:7.1f} MB {mean:7.4f} s", flush=True)


def observer(clock: FakeClock, iterations: int, findings: int) -> Any:
    """Return what observes the recorded cloud; ``findings`` times in the run it has lost an
    allocation for an iteration."""
    sources = assembly.laws(Patience(), 1800.0).sources
    every = max(1, iterations // findings) if findings else 0
    looks = 0

    def observe(_known: tuple[str, ...]) -> Capture:
        nonlocal looks
        looks += 1
        started = clock.now()
        clock.time += 1
        bodies, answers = dict(BODIES), []
        turn = runner_turn(clock)
        if every and turn and turn % every == 0:
            held = bodies["allocations"]["held"]
            lost = {f"lost-{turn}": {"resources": {"VCPU": 1}}}
            more = {**held, PROVIDER: {**held[PROVIDER], **lost}}
            bodies["allocations"] = {**bodies["allocations"], "held": more}
        for source in sources:
            place = CLOUD if isinstance(source, CloudSource) else "compute1"
            body = bodies.get(source.name)
            answers.append(
                Answer(source.name, place, started, clock.now(), body)
                if body is not None
                else Answer(source.name, CLOUD, started, clock.now(), None, "none", absent=True)
            )
        return Capture(tuple(answers))

    return observe


def runner_turn(clock: FakeClock) -> int:
    """Return the iteration whose tests ran last."""
    return getattr(clock, "turn", 0)


def run(folder: Path, iterations: int, findings: int) -> tuple[Meter, Analysis]:
    clock, meter = FakeClock(time=1795464000.0), Meter()
    clock.sleeps = _Nowhere()
    law = assembly.laws(Patience(1.5, 60.0), 1800.0)
    told = Run("forever", "recorded", clock.now(), "soak1a2b3c")
    store = RunStore(folder / "forever")
    store.begin(record_of(told, law))
    runner = FakeRunner(clock, during=lambda number: setattr(clock, "turn", number))
    runner.orders = _Nowhere()
    loop = Soak(
        run=told,
        plan=Plan(None, iterations, 600.0, 4.0),
        laws=law,
        observe=observer(clock, iterations, findings),
        runner=runner,
        store=store,
        clock=clock,
        progress=meter,
        parse_tests=parse_tests,
        render_iteration=render_iteration,
        render_run=render_run,
        keep=ledger_of(store, law).record,
    )
    map_large_blocks()  # as ``harness soak`` does
    meter.before = time.process_time()
    return meter, loop.go()


class _Nowhere(list[Any]):
    """A list that keeps nothing: what a fake notes is no growth of the driver's."""

    def append(self, _item: Any) -> None:
        return


def slope(numbers: Sequence[float]) -> tuple[float, float]:
    """Return by how much the numbers grow over their whole length, and the error of that."""
    size = max(1, len(numbers) // _PARTS)
    means = [statistics.fmean(numbers[i * size : (i + 1) * size]) for i in range(_PARTS)]
    ys, xs = means[_WARM:], [(i + 0.5) / _PARTS for i in range(_WARM, _PARTS)]
    line = statistics.linear_regression(xs, ys)
    left = [y - line.slope * x - line.intercept for x, y in zip(xs, ys, strict=True)]
    spread = sum((x - statistics.fmean(xs)) ** 2 for x in xs)
    return line.slope, (sum(r * r for r in left) / (len(xs) - 2) / spread) ** 0.5


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--iterations", type=int, default=10_000)
    parser.add_argument("--findings", type=int, default=20)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="forever-") as folder:
        meter, analysis = run(Path(folder), args.iterations, args.findings)
        report = Path(folder) / "forever" / "derived"
        sizes = {
            name: len((report / name).read_text().splitlines())
            for name in ("report.txt", "junit/run.xml")
        }
    memory, seconds = meter.memory, meter.seconds[1:]
    tenth = max(1, len(seconds) // 10)
    first, last = statistics.median(seconds[:tenth]), statistics.median(seconds[-tenth:])
    grown, error = slope(memory)
    print(f"verdict {analysis.verdict}, {len(analysis.findings)} findings; lines: {sizes}")
    rows = (
        (f"memory at most {max(memory):.1f} MB", max(memory) < MOST_MB),
        (f"memory grows {grown:+.2f} MB, error {error:.2f}", grown < max(3 * error, 1.0)),
        (f"an iteration takes {statistics.fmean(seconds):.4f} s", max(first, last) < MOST_SECONDS),
        (f"first tenth {first:.4f} s, last tenth {last:.4f} s", last < STEADY * first),
    )
    for text, good in rows:
        print(f"{'PASS' if good else 'FAIL'}  {text}")
    return 0 if all(good for _, good in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
