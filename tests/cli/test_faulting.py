"""What a soak says of its faults is safe to show, whatever a command prints."""

from dataclasses import replace
from pathlib import Path

from harness.adapters.clock import SystemClock
from harness.adapters.results_directory import ResultsDirectory
from harness.cli import faulting
from harness.cli.target import Target
from harness.core.faults.fault_plan import COMMAND, Step
from tests.toys import RECORD, RUN

HOSTILE = "printf '\\033[31mred\\033]0;title\\007\\000 one\\ntwo' >&2; exit 3"
GOAL = Target("cloud", None, "", None, 60.0, is_lab=False)


def test_what_a_command_prints_does_not_reach_the_console_raw(tmp_path: Path) -> None:
    make = ("sh", "-c", HOSTILE)
    heal = ("sh", "-c", HOSTILE.replace("exit 3", "exit 4"))
    step = Step(1, "fails", COMMAND, iteration=1, lasts=0.0, make=make, heal=heal)
    store = ResultsDirectory(tmp_path).new_run("mine")
    store.begin(RECORD)
    said: list[str] = []
    clock = SystemClock()
    run = replace(RUN, faults=(step,), started=clock.now())
    driver = faulting.driver(run, GOAL, store, clock, said.append)
    driver.begin(1, clock.now())
    driver.turn()  # makes it
    driver.turn()  # heals it
    told = "\n".join(said)
    assert "fault 'fails' could not be made: " in told
    assert "fault 'fails' could not be healed yet: " in told
    assert r"red\x1b]0;title\x07\x00 one two" in told
    assert all(text.isprintable() for text in said)
