"""What the loop of a run is given beside its ports: where evidence goes, and who watches."""

from collections.abc import Mapping
from typing import Any, Protocol

from harness.core.answers.capture import Capture
from harness.core.iterations.history import Iteration
from harness.core.runs.analysis import Analysis
from harness.core.runs.growing import Files


class Store(Protocol):
    """Where evidence and reports go; see ``adapters.store.RunStore``."""

    def begin_iteration(self, iteration: int, record: Mapping[str, Any]) -> None: ...
    def keep_capture(self, iteration: int, read: int, capture: Capture) -> None: ...
    def keep_stream(self, iteration: int, stream: bytes) -> None: ...
    def end_iteration(self, iteration: int, record: Mapping[str, Any]) -> None: ...
    def end(self, record: Mapping[str, Any]) -> None: ...
    def publish(self, files: Files) -> None: ...


class Progress(Protocol):
    """Whoever watches a run."""

    def phase(self, iteration: int, name: str) -> None:
        """A phase began: "tests" or "settle". Iteration 0 is the baseline."""
        ...

    def judged(self, analysis: Analysis, iteration: Iteration) -> None:
        """An iteration was judged and published."""
        ...
