"""Clocks that are wrong: that of the driver, set in mid-run, and that of the cloud."""

from dataclasses import dataclass, replace

import pytest

from harness.adapters.clock import SystemClock
from harness.core.rules.invariant import Breach, judge
from harness.core.rules.verdict import Verdict
from harness.core.runs.analysis import Analysis
from harness.reports.everything import render_all
from tests.invariants.clouds import RUN, Cloud
from tests.invariants.odd_clouds import BUSY_ODD, HOUR
from tests.invariants.test_healthy import RULES
from tests.toys import FakeCloud, FakeRunner, soak


@dataclass
class Machine:
    """A machine whose wall clock may be set, and the clock that a driver makes of it."""

    wall: float = 1_000_000.0
    steady: float = 50.0

    def __post_init__(self) -> None:
        self.clock = SystemClock(lambda: self.wall, lambda: self.steady)

    def now(self) -> float:
        return self.clock.now()

    def sleep(self, seconds: float) -> None:
        self.wall += seconds
        self.steady += seconds

    @property
    def time(self) -> float:
        return self.now()

    @time.setter
    def time(self, moment: float) -> None:
        self.sleep(moment - self.now())


def _run(steps: dict[int, float]) -> tuple[Analysis, dict[str, str]]:
    """Run six iterations over a toy that lies about from the second to the fourth; ``steps`` maps
    an iteration to the seconds by which the clock is set while its tests run."""
    machine = Machine()

    def set_by(number: int) -> None:
        machine.wall += steps.get(number, 0.0)

    states = [(), (), ("left",), ("left",), ("left",), ("left",), ("left",), ("left",), ()]
    analysis = soak(
        clock=machine,
        observe=FakeCloud(machine, list(states)).observe,  # type: ignore[arg-type]
        runner=FakeRunner(machine, during=set_by),  # type: ignore[arg-type]
        iterations=6,
    ).go()
    return analysis, render_all(analysis)


@pytest.mark.parametrize("step", [HOUR, -HOUR])
def test_a_clock_that_is_set_in_mid_run_changes_not_a_byte_of_the_reports(step: float) -> None:
    analysis, reports = _run({3: step})
    assert (analysis, reports) == _run({})
    assert reports == _run({1: step, 2: -step, 4: step})[1]
    (finding,) = analysis.findings
    assert (finding.since, finding.last, finding.closed) == (2, 4, 5)
    assert finding.opened_at < finding.last_at < (finding.closed_at or 0.0)
    assert not finding.overdue
    for item in analysis.history:
        assert item.ended >= item.started
        assert all(0 <= seconds < 200 for seconds in item.phases.values())


WRONG = {name: cloud for name, cloud in BUSY_ODD.items() if "clock" in name}


@pytest.mark.parametrize("case", WRONG)
@pytest.mark.parametrize("rule", RULES)
def test_what_is_young_is_not_old_where_nobody_tells_the_clouds_time(rule: str, case: str) -> None:
    """Nova is away, and the clock of the harness is an hour off."""
    cloud = replace(WRONG[case], gaps={"services": {"": "HTTP 500"}})
    said = judge(RULES[rule], cloud.snapshot(), replace(RUN, baseline=Cloud().snapshot()))
    assert [item for item in said.breaches if isinstance(item, Breach)] == []


def test_there_are_clouds_with_wrong_clocks() -> None:
    assert len(WRONG) >= 3
    assert {
        judge(RULES["volume_state_ends"], cloud.snapshot(), RUN).verdict for cloud in WRONG.values()
    } == {Verdict.PASS, Verdict.UNKNOWN}
