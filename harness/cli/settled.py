"""One settled look at a cloud: observed again until the views agree or the time is up."""

from collections.abc import Callable
from dataclasses import dataclass

from harness.adapters.clock import SystemClock
from harness.core.answers.capture import Capture
from harness.core.rules.invariant import Check, Circumstances
from harness.core.rules.reading import Reading, confirmed
from harness.core.runs.judging import Laws, Past, circumstances, look
from harness.core.views.snapshot import Snapshot
from harness.settle import Settling


@dataclass(frozen=True)
class Look:
    """What was seen at last, and what all observations together prove."""

    snapshot: Snapshot
    around: Circumstances
    seen: float
    checks: tuple[Check, ...]


def settled_look(law: Laws, observe: Callable[[], Capture], limit: float) -> Look:
    """Look at a cloud for at most ``limit`` seconds, outside of a run."""
    around = circumstances(law, None, None, Past())
    newest: list[Snapshot] = []

    def judge(capture: Capture) -> Reading:
        snapshot, reading = look(capture, law, around)
        newest[:] = [snapshot]
        return reading

    settling = Settling(
        observe=observe,
        keep=lambda _read, _capture: None,
        judge=judge,
        patience=law.patience,
        limit=limit,
        clock=SystemClock(),
    )
    settling.run()
    checks = confirmed(settling.readings, law.patience)
    return Look(newest[0], around, settling.readings[-1].started, checks)
