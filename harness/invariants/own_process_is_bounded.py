"""The driver of a run does not leak."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from harness.core.rules.invariant import Breach, Circumstances, Doubt, invariant
from harness.core.views.snapshot import Snapshot
from harness.sources.own_process import OwnProcess

LEAST_SAMPLES = 36
_BLOCKS = 6
_STEADY = 0.7
_MB = 2**20
_KINDS = {
    "memory": ("resident memory", 32 * _MB, _MB, " MB"),
    "files": ("open files", 16, 1, ""),
    "threads": ("threads", 8, 1, ""),
    "children": ("child processes", 8, 1, ""),
}
"""Series -> its name, the rise that counts, and how it is shown."""


@invariant("own_process")
def own_process_is_bounded(
    snapshot: Snapshot, _circumstances: Circumstances
) -> Iterator[Breach | Doubt]:
    """What the harness's own process holds does not climb steadily.

    A climb is told from a warm-up by its shape: the first third of the process's life is left out,
    and the rest is cut into six parts. It leaks where the least of each part is more than that of
    the part before, where the second half rises at least 0.7 times as much as the first (a warm-up
    levels off), and where all of it is more than a cloud's ups and downs bring.
    """
    for process in snapshot["own_process"]:
        for name, (called, least, unit, shown) in _KINDS.items():
            series: tuple[int, ...] = getattr(process, name)
            if rise := climb(series, least):
                yield _breach(process, name, called, rise, unit, shown)


def climb(series: Sequence[int], least: int) -> tuple[int, int] | None:
    """Return the lows at the beginning and the end of a steady climb, None where there is none or
    too little was seen."""
    if len(series) < LEAST_SAMPLES:
        return None
    rest = series[len(series) // 3 :]
    size = len(rest) // _BLOCKS
    rest = rest[-size * _BLOCKS :]
    lows = [min(rest[i * size : (i + 1) * size]) for i in range(_BLOCKS)]
    if any(later <= earlier for earlier, later in pairwise(lows)):
        return None
    middle = (lows[2] + lows[3]) / 2
    steady = lows[-1] - middle >= _STEADY * (middle - lows[0])
    return (lows[0], lows[-1]) if steady and lows[-1] - lows[0] > least else None


def _breach(
    process: OwnProcess, name: str, called: str, rise: tuple[int, int], unit: int, shown: str
) -> Breach:
    low, high = (f"{number / unit:.0f}{shown}" for number in rise)
    hours = (process.at[-1] - process.at[len(process.at) // 3]) / 3600
    told = f"{called} of process {process.pid}: {low}, after {hours:.1f} h {high}"
    return Breach(
        name,
        "",
        f"expected the harness's own {called} to level off, seen a steady climb from {low} to "
        f"{high} within {hours:.1f} h",
        {"own_process": told},
    )
