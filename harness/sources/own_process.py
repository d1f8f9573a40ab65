"""The driver of the run itself: what its process holds, now and at earlier looks.

A series goes with each answer, so that one observation alone tells a trend, whatever became of the
evidence of earlier ones. It begins anew where another driver goes on with the run.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from msgspec import Struct

from harness.core.answers.shape import ShapeError, items, take_amount
from harness.core.views.source import DRIVER, DriverSource, Gauge

FIELDS = ("memory", "files", "threads", "children", "folder")
"""What a sample tells beside its moment, in this order."""


class OwnProcess(Struct, frozen=True, gc=False):
    """The driver's process. Each of the series is as long as ``at``, the oldest first.

    ``at``: seconds since the epoch; ``memory`` is the resident set, ``folder`` what the run's
    folder holds, both in bytes; ``files``, ``threads`` and ``children`` are open then.
    """

    pid: int
    at: tuple[float, ...]
    memory: tuple[int, ...]
    files: tuple[int, ...]
    threads: tuple[int, ...]
    children: tuple[int, ...]
    folder: tuple[int, ...]

    @property
    def key(self) -> str:
        return str(self.pid)


def parse(_place: str, body: Any) -> Iterator[OwnProcess]:
    """Yield the one row. Raises ShapeError where a sample is none, or where there is none."""
    samples = [_sample(sample) for sample in items(body, "samples")]
    if not samples:
        raise ShapeError("there is no sample")
    at, *series = zip(*samples, strict=True)
    yield OwnProcess(take_amount(body, "pid"), at, *series)


def _sample(data: Any) -> tuple[Any, ...]:
    if not isinstance(data, list) or len(data) != 1 + len(FIELDS):
        raise ShapeError("a sample should be a list of a moment and what was held")
    at, *held = data
    if not isinstance(at, int | float) or isinstance(at, bool):
        raise ShapeError("a sample's moment should be a number")
    return (float(at), *(take_amount({"held": number}, "held") for number in held))


def _last(name: str, unit: float) -> Callable[[tuple[OwnProcess, ...]], Mapping[str, float]]:
    def measure(rows: tuple[OwnProcess, ...]) -> Mapping[str, float]:
        return {DRIVER: round(getattr(rows[-1], name)[-1] / unit, 1)} if rows else {}

    return measure


SOURCE = DriverSource(
    "own_process",
    parse,
    gauges=(
        Gauge("memory_mb", "MB", _last("memory", 2**20)),
        Gauge("open_files", "", _last("files", 1)),
        Gauge("threads", "", _last("threads", 1)),
        Gauge("children", "", _last("children", 1)),
        Gauge("folder_mb", "MB", _last("folder", 2**20)),
    ),
)
