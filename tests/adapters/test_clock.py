"""A clock that somebody sets in mid-run changes no duration and no order."""

from dataclasses import dataclass

import pytest

from harness.adapters.clock import SystemClock


@dataclass
class Machine:
    wall: float = 1_000_000.0
    steady: float = 50.0

    def passes(self, seconds: float) -> None:
        self.wall += seconds
        self.steady += seconds

    def clock(self) -> SystemClock:
        return SystemClock(lambda: self.wall, lambda: self.steady)


@pytest.mark.parametrize("step", [3600.0, -3600.0])
def test_a_step_of_an_hour_moves_nothing(step: float) -> None:
    machine = Machine()
    clock = machine.clock()
    started = clock.now()
    machine.passes(10)
    machine.wall += step
    machine.passes(5)
    assert started == 1_000_000.0
    assert clock.now() - started == 15.0
    assert clock.set_by() == step


def test_a_run_that_goes_on_after_its_clock_was_set_back_goes_on_forwards() -> None:
    machine = Machine()
    clock = machine.clock()
    clock.not_before(1_003_600.0)
    machine.passes(5)
    assert clock.now() == 1_003_605.0
    clock.not_before(1_000_000.0)
    assert clock.now() == 1_003_605.0
