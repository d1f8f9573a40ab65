"""When a run ends: as planned, or because somebody asks."""

from dataclasses import dataclass


@dataclass
class StopSign:
    """Somebody's wish that the run ends. The first reason stays.

    ``since`` is when it was asked: seconds since the epoch.
    """

    reason: str = ""
    since: float = 0.0

    def ask(self, reason: str, now: float) -> None:
        if not self.reason:
            self.reason, self.since = reason, now


@dataclass(frozen=True)
class Plan:
    """When a run ends. ``deadline`` is in seconds since the epoch; no iteration begins after it.

    ``iteration_timeout`` and ``settle_limit`` are in seconds. ``fail_fast_on`` may hold "LEAK" (an
    invariant fails) and "TEST" (a test fails).
    """

    deadline: float | None
    iterations: int | None
    iteration_timeout: float
    settle_limit: float
    fail_fast_on: frozenset[str] = frozenset()
