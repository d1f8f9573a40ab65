"""Faults that an operator's commands make and heal: run without a shell, ended in time."""

import os
import signal
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from typing import IO

from harness.core.faults.fault_plan import Step
from harness.core.ports import FaultFailed
from harness.core.redaction import NOTHING, Secrets

_KEPT = 2000
"""Bytes of what a command said that are kept: the last ones."""
_DYING_SECONDS = 5.0


@dataclass(frozen=True)
class CommandFaults:
    """Makes faults by the commands of the plan; ``time_limit`` is in seconds for each."""

    time_limit: float = 60.0
    secrets: Secrets = NOTHING

    def make(self, step: Step) -> str:
        """Make a fault; see ``ports.FaultMaker``."""
        return self._run(step.make)

    def heal(self, step: Step) -> str:
        """Heal a fault; see ``ports.FaultMaker``."""
        return self._run(step.heal)

    def _run(self, words: Sequence[str]) -> str:
        with tempfile.TemporaryFile() as told:
            try:
                process = subprocess.Popen(
                    words,
                    stdin=subprocess.DEVNULL,
                    stdout=told,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                )
            except (OSError, ValueError) as error:
                raise FaultFailed(self.secrets.shown(f"it could not be started: {error}")) from None
            try:
                code = process.wait(self.time_limit)
            except subprocess.TimeoutExpired:
                _kill(process)
                raise FaultFailed(f"it did not end within {self.time_limit:g} s") from None
            said = self._said(told)
        if code:
            raise FaultFailed(f"exit {code}: {said}" if said else f"exit {code}")
        return said

    def _said(self, told: IO[bytes]) -> str:
        told.seek(max(told.seek(0, os.SEEK_END) - _KEPT, 0))
        text = told.read(_KEPT).decode("utf-8", errors="replace")
        return self.secrets.shown(" ".join(text.split()))


def _kill(process: subprocess.Popen[bytes]) -> None:
    try:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(timeout=_DYING_SECONDS)
    except (ProcessLookupError, PermissionError, subprocess.TimeoutExpired):
        return
