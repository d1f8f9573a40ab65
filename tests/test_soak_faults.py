"""The loop with faults: recovery is waited for, nothing is left behind, live is replay."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from harness.adapters.store import RunStore
from harness.core.answers.capture import Capture
from harness.core.faults.fault_plan import COMMAND, Step
from harness.core.faults.fault_windows import event
from harness.core.rules.verdict import Verdict
from harness.replay import record_of, replay
from harness.reports.everything import render_all, render_iteration, render_run
from harness.soak import Soak
from tests.toys import LAWS, RUN, FakeClock, FakeCloud, FakeRunner, parse_tests, soak

STEP = Step(1, "one", COMMAND, iteration=1, make=("a",), heal=("b",), recovers_within=60.0)


@dataclass
class FakeFaults:
    """Makes STEP when its iteration begins; heals it ``after`` so many seconds of tests."""

    clock: FakeClock
    after: float | None = 30.0
    stored: list[Mapping[str, Any]] = field(default_factory=list)
    closed: int = 0
    journal: Any = None

    def begin(self, iteration: int, now: float) -> None:
        if iteration == STEP.iteration:
            self._keep("begun", now)
            self._keep("made", now)
            if self.after is not None:
                self._heal(now + self.after)

    def events(self) -> Sequence[Mapping[str, Any]]:
        return list(self.stored)

    def close(self) -> None:
        self.closed += 1
        if self.stored and self.stored[-1]["event"] == "made":
            self._heal(self.clock.now())

    def _heal(self, at: float) -> None:
        self._keep("healing", at)
        self._keep("healed", at)

    def _keep(self, kind: str, at: float) -> None:
        self.stored.append(event(kind, STEP, at))
        if self.journal:
            self.journal.append(self.stored[-1])


def broken(*states: Any, **more: Any) -> tuple[Soak, FakeFaults]:
    """A run with a fault; the baseline sees nothing."""
    clock = FakeClock()
    faults = FakeFaults(clock, **{k: more.pop(k) for k in ("after", "journal") if k in more})
    run = replace(RUN, faults=(STEP,))
    cloud = FakeCloud(clock, [(), *states])
    made = soak(
        clock=clock,
        observe=cloud.observe,
        run=run,
        faults=faults,
        runner=FakeRunner(clock, more.pop("endings", ["finished"])),
        **more,
    )
    return made, faults


def test_recovery_is_waited_for_and_measured() -> None:
    run, _ = broken(("lost",), ("lost",), ("lost",), ("lost",), ())
    analysis = run.go()
    (trial,) = analysis.faults
    assert trial.recovery is not None
    assert 30 < trial.recovery < 60
    assert analysis.history[1].reads == 5
    assert analysis.verdict is Verdict.PASS


def test_recovery_is_waited_for_beyond_the_limit_of_settling() -> None:
    run, _ = broken(*[("lost",)] * 5, (), settle_limit=5.0)
    assert run.go().verdict is Verdict.PASS


def test_what_never_recovers_is_waited_for_so_long_and_counts() -> None:
    run, faults = broken(("lost",))
    analysis = run.go()
    assert analysis.verdict is Verdict.FAIL
    assert faults.clock.now() - analysis.faults[0].window.begun < 60 + 60 + 30
    assert analysis.findings[0].suspect == "fault 'one'"


def test_an_open_fault_is_healed_before_the_last_look() -> None:
    run, _ = broken((), after=None)
    analysis = run.go()
    assert analysis.faults[0].recovery is not None
    assert analysis.verdict is Verdict.PASS


def test_a_long_fault_does_not_hold_up_the_iterations() -> None:
    run, _ = broken(("lost",), ("lost",), (), after=None, iterations=2)
    analysis = run.go()
    assert [item.faults for item in analysis.history] == [(), ("one",), ("one",)]
    assert analysis.history[1].reads == 2


def test_tests_that_failed_meanwhile_fail_nothing() -> None:
    run, _ = broken((), endings=["failed", "finished"], iterations=2)
    assert run.go().verdict is Verdict.PASS


def test_tests_that_fail_later_do() -> None:
    run, _ = broken((), endings=["finished", "failed"], iterations=2)
    assert run.go().verdict is Verdict.FAIL


def test_fail_fast_does_not_take_a_fault_for_a_failure() -> None:
    wanted = frozenset({"LEAK", "TEST"})
    run, _ = broken((), endings=["failed", "finished"], iterations=2, fail_fast_on=wanted)
    assert run.go().run.ending == "iterations done"


def test_whatever_ends_a_run_its_faults_are_healed() -> None:
    run, faults = broken((), after=None)

    def observe(_known: tuple[str, ...]) -> Capture:
        raise RuntimeError("a defect")

    run.observe = observe
    with pytest.raises(RuntimeError):
        run.go()
    assert faults.closed


def test_a_signal_heals_before_the_last_look() -> None:
    run, faults = broken((), after=None, iterations=9)
    runner = run.runner
    assert isinstance(runner, FakeRunner)
    runner.during = lambda _number: run.stop.ask("SIGTERM", faults.clock.now())
    analysis = run.go()
    assert analysis.faults[0].window.healed is not None
    assert analysis.faults[0].window.healed <= analysis.history[1].moment


@pytest.mark.parametrize(
    "states", [[("lost",), ("lost",), ()], [("lost",)], ["HTTP 500", ()], ["HTTP 500"]]
)
def test_live_is_replay(tmp_path: Path, states: list[Any]) -> None:
    store = RunStore(tmp_path / "run")
    run = replace(RUN, faults=(STEP,))
    store.begin(record_of(run, LAWS))
    from harness.adapters.fault_journal import FaultJournal

    made, _ = broken(
        *states,
        endings=["failed", "finished"],
        iterations=3,
        store=store,
        journal=FaultJournal(store.evidence),
        render_iteration=render_iteration,
        render_run=render_run,
    )
    made.go()
    published = {
        path.relative_to(store.derived).as_posix(): path.read_text()
        for path in store.derived.rglob("*")
        if path.is_file()
    }
    assert "faults.csv" in published
    assert "fault.one" in published["junit/run.xml"]
    again = render_all(replay(store, lambda _patience, _stuck: LAWS, parse_tests))
    assert again == published


def test_a_journal_that_cannot_be_read_is_torn_evidence(tmp_path: Path) -> None:
    store = RunStore(tmp_path / "run")
    store.begin(record_of(replace(RUN, faults=(STEP,)), LAWS))
    store.end_iteration(
        0, {"number": 0, "started": 1.0, "ended": 2.0, "reads": 0, "phases": {}, "faults": 1}
    )
    (store.evidence / "faults").mkdir()
    (store.evidence / "faults" / "000001.json").write_text("{")
    assert "faults/000001.json" in store.evidence_of(0).damage
