"""Nova itself, in the environment that the lab installs, to hold our arithmetic against."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from harness.lab import environment

PYTHON = "HARNESS_NOVA_PYTHON"


class Nova:
    """A process with nova that answers one question at a time: ``answering.py`` tells which."""

    def __init__(self, python: Path) -> None:
        self._process = subprocess.Popen(
            [str(python), "-W", "ignore", str(Path(__file__).with_name("answering.py"))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def ask(self, what: str, **question: Any) -> Any:
        assert self._process.stdin and self._process.stdout
        self._process.stdin.write(json.dumps({"ask": what, **question}) + "\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        assert answer, f"nova's process ended with {self._process.wait()}; its error is above"
        return json.loads(answer)

    def stop(self) -> None:
        self._process.communicate(timeout=30)


@pytest.fixture(scope="session")
def nova() -> Iterator[Nova]:
    """Nova of the lab's environment, installed first where it is not there; HARNESS_NOVA_PYTHON
    names the interpreter of another one."""
    python = _python()
    there = _import_nova(python)
    assert not there, f"{python} has no nova: {there}"
    process = Nova(python)
    yield process
    process.stop()


def _python() -> Path:
    named = os.environ.get(PYTHON)
    if named:
        return Path(named)
    python = environment.default_state_dir(os.environ) / "venv" / "bin" / "python"
    if not python.exists() or _import_nova(python):
        harness = str(Path(sys.executable).with_name("harness"))
        command = [harness, "lab", "up", "--install-only"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"nova cannot be installed: {done.stderr[-400:]}"
    return python


def _import_nova(python: Path) -> str:
    """Return why an interpreter cannot import nova, or ""."""
    command = [str(python), "-c", "import nova"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stderr[-200:] if done.returncode else ""
