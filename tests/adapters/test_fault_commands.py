"""An operator's commands: run without a shell, ended in time, their output kept without secrets."""

import sys
import time
from pathlib import Path

import pytest

from harness.adapters.fault_commands import CommandFaults
from harness.core.faults.fault_plan import COMMAND, Step
from harness.core.ports import FaultFailed
from harness.core.redaction import Secrets


def step(*make: str, heal: tuple[str, ...] = ("true",)) -> Step:
    return Step(1, "one", COMMAND, iteration=1, make=make, heal=heal)


def python(text: str) -> Step:
    return step(sys.executable, "-c", text)


def test_a_fault_is_made_and_healed(tmp_path: Path) -> None:
    there = tmp_path / "a b; $(c)"
    one = step("touch", str(there), heal=("rm", str(there)))
    CommandFaults().make(one)
    assert there.exists()
    CommandFaults().heal(one)
    assert not there.exists()


def test_what_it_says_is_kept_without_secrets() -> None:
    said = CommandFaults(secrets=Secrets.of(["hunter2hunter2"])).make(
        python("import sys; print('a\\nb'); print('hunter2hunter2', file=sys.stderr)")
    )
    assert "a b" in said
    assert "hunter2hunter2" not in said


def test_much_output_is_cut() -> None:
    assert len(CommandFaults().make(python("print('x' * 10**6)"))) <= 2000


def test_one_that_fails_is_told() -> None:
    with pytest.raises(FaultFailed, match="exit 3: no"):
        CommandFaults().make(python("print('no'); raise SystemExit(3)"))


def test_one_that_is_not_there_is_told() -> None:
    with pytest.raises(FaultFailed, match="could not be started"):
        CommandFaults().make(step("/nowhere/at/all"))


def test_one_that_hangs_is_ended() -> None:
    began = time.monotonic()
    with pytest.raises(FaultFailed, match=r"within 0\.5 s"):
        CommandFaults(time_limit=0.5).make(python("import time; time.sleep(60)"))
    assert time.monotonic() - began < 10


def test_what_it_leaves_running_does_not_hold_it_up() -> None:
    began = time.monotonic()
    text = "import subprocess; subprocess.Popen(['sleep', '5'])"
    CommandFaults().make(python(text))
    assert time.monotonic() - began < 4
