"""What the loop of a run is given: where evidence goes, who watches, and what ends it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from harness.core.analysis import Analysis
from harness.core.capture import Capture
from harness.core.history import Iteration


class Store(Protocol):
    """Where evidence and reports go; see ``adapters.store.RunStore``."""

    def begin_iteration(self, iteration: int, record: Mapping[str, Any]) -> None: ...
    def keep_capture(self, iteration: int, read: int, capture: Capture) -> None: ...
    def keep_stream(self, iteration: int, stream: bytes) -> None: ...
    def end_iteration(self, iteration: int, record: Mapping[str, Any]) -> None: ...
    def end(self, record: Mapping[str, Any]) -> None: ...
    def publish(self, files: Mapping[str, str]) -> None: ...


class Progress(Protocol):
    """Whoever watches a run."""

    def phase(self, iteration: int, name: str) -> None:
        """A phase began: "tests" or "settle". Iteration 0 is the baseline."""
        ...

    def judged(self, analysis: Analysis, iteration: Iteration) -> None:
        """An iteration was judged and published."""
        ...


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
