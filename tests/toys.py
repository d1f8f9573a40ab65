"""A cloud of toys: one view, one rule, a clock that only sleeping moves, and a store in memory."""

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from harness.core.answers.capture import CLOUD, Answer, Capture
from harness.core.answers.shape import items
from harness.core.iterations.history import Iteration, Run, TestResult, TestRun
from harness.core.ports import TestOrder, TestOutcome
from harness.core.rules.invariant import Breach, Circumstances, Doubt, invariant
from harness.core.rules.reading import Patience
from harness.core.runs.analysis import Analysis
from harness.core.runs.judging import Laws
from harness.core.runs.plan import Plan
from harness.core.views.snapshot import Snapshot
from harness.core.views.source import CloudSource
from harness.soak import Soak

START = 1_000_000.0


@dataclass(frozen=True)
class Toy:
    key: str
    state: str


def _parse(body: Any) -> Iterator[Toy]:
    for state in items(body, "toys"):
        yield Toy(f"{state}-1", state)


@invariant("toys")
def toys_are_tidied_up(snapshot: Snapshot, _around: Circumstances) -> Iterator[Breach | Doubt]:
    """No toy lies about."""
    for toy in snapshot["toys"]:
        if toy.state == "busy":
            yield Doubt(toy.key, "", "somebody plays with it", passing=True)
        else:
            yield Breach(toy.key, "", f"{toy.state} toy", {"toys": toy.state})


SOURCE = CloudSource("toys", lambda cloud: None, _parse)
LAWS = Laws((SOURCE,), (toys_are_tidied_up,), Patience(hold=1.5), 600.0)
RUN = Run("toys", "cloud", START, "soak1a2b3c")
RECORD: dict[str, Any] = {
    "name": "toys",
    "cloud": "cloud",
    "started": START,
    "prefix": "soak1a2b3c",
    "options": {},
    "judging": {"hold": 1.5, "audit_interval": 60.0, "stuck_after": 600.0},
}


@dataclass
class FakeClock:
    """Time that passes where somebody sleeps."""

    time: float = START
    sleeps: list[float] = field(default_factory=list)

    def now(self) -> float:
        return self.time

    def sleep(self, seconds: float) -> None:
        self.sleeps.append(seconds)
        self.time += seconds


@dataclass
class FakeCloud:
    """A cloud whose observations show what ``states`` says, the last for ever.

    A string is a failed view. Each takes ``seconds``.
    """

    clock: FakeClock
    states: list[Sequence[str] | str]
    seconds: float = 0.5
    asked: list[tuple[str, ...]] = field(default_factory=list)

    def observe(self, known: tuple[str, ...] = ()) -> Capture:
        self.asked.append(known)
        states = self.states.pop(0) if len(self.states) > 1 else self.states[0]
        started = self.clock.now()
        self.clock.time += self.seconds
        error = states if isinstance(states, str) else None
        body = None if error else {"toys": list(states)}
        return Capture((Answer("toys", CLOUD, started, self.clock.now(), body, error),))


@dataclass
class FakeStore:
    """A store that remembers what was done, in order."""

    done: list[str] = field(default_factory=list)
    records: dict[int, Any] = field(default_factory=dict)
    ended: Any = None

    def begin_iteration(self, iteration: int, record: Mapping[str, Any]) -> None:
        self.done.append(f"begin {iteration}")

    def keep_capture(self, iteration: int, read: int, capture: Capture) -> None:
        self.done.append(f"capture {iteration}.{read}")

    def keep_stream(self, iteration: int, stream: bytes) -> None:
        self.done.append(f"stream {iteration}")

    def end_iteration(self, iteration: int, record: Mapping[str, Any]) -> None:
        self.done.append(f"end {iteration}")
        self.records[iteration] = record

    def end(self, record: Mapping[str, Any]) -> None:
        self.done.append("end")
        self.ended = record

    def publish(self, files: Mapping[str, str]) -> None:
        self.done.append("publish")


@dataclass
class FakeRunner:
    """Tests that take a minute and end as ``endings`` says, the last for ever."""

    clock: FakeClock
    endings: list[str] = field(default_factory=lambda: ["finished"])
    during: Callable[[int], None] = lambda number: None
    orders: list[TestOrder] = field(default_factory=list)

    def run(self, order: TestOrder) -> TestOutcome:
        self.orders.append(order)
        started = self.clock.now()
        self.clock.time += 60
        self.during(order.iteration)
        ending = self.endings.pop(0) if len(self.endings) > 1 else self.endings[0]
        return TestOutcome(
            ending, "", 0, started, self.clock.now(), ending.encode(), ("m.C.test",), ("stestr",)
        )

    def stop(self) -> None:
        return


class Silent:
    """Watches a run and remembers the judged iterations."""

    def __init__(self) -> None:
        self.judged_numbers: list[int] = []

    def phase(self, iteration: int, name: str) -> None:
        return

    def judged(self, analysis: Analysis, iteration: Iteration) -> None:
        self.judged_numbers.append(iteration.number)


def parse_tests(stream: bytes, expected: tuple[str, ...], ending: str, explanation: str) -> TestRun:
    """Read a fake stream: it is the word "failed", or how the tests ended."""
    status = "failed" if stream == b"failed" else "passed"
    told = "finished" if ending == "failed" else ending
    return TestRun(told, explanation, tuple(TestResult(name, status, 1.0) for name in expected))


def soak(*states: Sequence[str] | str, **changes: Any) -> Soak:
    """Return a run over toys; further arguments are those of Plan or of Soak."""
    clock = changes.pop("clock", FakeClock())
    names = ("deadline", "iterations", "iteration_timeout", "settle_limit", "fail_fast_on")
    wanted = {"deadline": None, "iterations": 1, "iteration_timeout": 600.0, "settle_limit": 30.0}
    plan = Plan(**(wanted | {name: changes.pop(name) for name in names if name in changes}))
    parts: dict[str, Any] = {
        "run": RUN,
        "plan": plan,
        "laws": LAWS,
        "observe": FakeCloud(clock, list(states) or [()]).observe,
        "runner": FakeRunner(clock),
        "store": FakeStore(),
        "clock": clock,
        "progress": Silent(),
        "parse_tests": parse_tests,
        "whole": True,
        "render_iteration": lambda analysis, iteration: {f"{iteration.number}.txt": "x"},
        "render_run": lambda analysis: {"run.txt": analysis.verdict.value},
    }
    return Soak(**(parts | changes))


def forever(*first: Any, then: Any) -> list[Any]:
    """Return a list that is ``first`` and then ``then`` many times."""
    return [*first, *itertools.repeat(then, 50)]
