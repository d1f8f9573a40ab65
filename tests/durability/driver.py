"""A driver to be killed: the real loop, store and reports over a scripted cloud.

    python -m tests.durability.driver FOLDER ITERATIONS

Begins the run in FOLDER, or goes on with it. Says "ready", then the number of each iteration that
was judged and published. What the cloud shows depends on the iteration alone, so that it does not
matter how often the driver died before.
"""

import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness.adapters.run_lock import driving
from harness.adapters.shelf import Shelf
from harness.adapters.store import RunStore
from harness.core.answers.capture import CLOUD, Answer, Capture
from harness.core.iterations.history import Iteration
from harness.core.ports import TestOrder, TestOutcome
from harness.core.runs.analysis import Analysis
from harness.core.runs.plan import Plan
from harness.replay import run_of
from harness.reports.everything import render_iteration, render_run
from harness.soak import Soak
from harness.thinning import Thinner
from tests.toys import LAWS, RECORD, parse_tests

LEFT = {3: ("left",), 4: ("left",), 7: ("busy",)}
"""Iteration (modulo 10) -> the toys that lie about."""

BUDGET = 400_000
"""Bytes that the run may hold: those of some ten iterations."""


@dataclass
class HastyClock:
    """Real time, in which nobody sleeps."""

    slept: float = 0.0

    def now(self) -> float:
        return time.time() + self.slept

    def sleep(self, seconds: float) -> None:
        self.slept += seconds


@dataclass
class Scripted:
    """A cloud and its tests: ``iteration`` is the one that was begun last."""

    clock: HastyClock
    iteration: int

    def observe(self, _known: tuple[str, ...] = ()) -> Capture:
        now = self.clock.now()
        toys = [*LEFT.get(self.iteration % 10, ()), *(["kept"] if self.iteration > 5 else [])]
        return Capture((Answer("toys", CLOUD, now, now, {"toys": toys}),))

    def run(self, order: TestOrder) -> TestOutcome:
        self.iteration = order.iteration
        now = self.clock.now()
        time.sleep(0.01)
        return TestOutcome("finished", "", 0, now, now, b"finished", ("m.C.test",), ("stestr",))

    def stop(self) -> None:
        return


class Saying:
    """Says the number of what was judged."""

    def phase(self, iteration: int, name: str) -> None:
        return

    def judged(self, analysis: Analysis, iteration: Iteration) -> None:
        sys.stdout.write(f"{iteration.number}\n")
        sys.stdout.flush()


def main(folder: Path, iterations: int) -> None:
    store, clock = RunStore(folder), HastyClock()
    begun = (store.evidence / "run.json").exists()
    if not begun:
        folder.mkdir(exist_ok=True)
        store.begin(RECORD)
    record, torn = store.run_record(), store.torn()
    if begun:
        last = max((item.number for item in store.evidences()), default=0)
        store.resume({"after": last, "at": clock.now(), "silent": 0.0})
    scripted = Scripted(clock, torn.evidence.number if torn else 0)
    parts: dict[str, Any] = {"render_iteration": render_iteration, "render_run": render_run}
    loop = Soak(
        run=run_of(record, None, store.resumptions()),
        plan=Plan(None, iterations, 60.0, 20.0),
        laws=LAWS,
        observe=scripted.observe,
        runner=scripted,
        store=store,
        clock=clock,
        progress=Saying(),
        parse_tests=parse_tests,
        torn=torn,
        retain=Thinner(Shelf(folder), BUDGET, lambda _told: None).took,
        **parts,
    )
    if begun:
        torn_number = torn.evidence.number if torn else None
        loop.recall(item for item in store.evidences() if item.number != torn_number)
    loop.go()


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    folder.mkdir(exist_ok=True)
    with driving(folder):
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        main(folder, int(sys.argv[2]))
