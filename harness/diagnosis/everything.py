"""All sheets of a scene, in the order of the views."""

from collections.abc import Callable, Iterator, Mapping

from harness.diagnosis import promised, real, running, tracked
from harness.diagnosis.scene import Scene
from harness.diagnosis.sheet import Sheet

VIEWS: Mapping[str, tuple[tuple[str, ...], Callable[[Scene], Iterator[Sheet]]]] = {
    promised.VIEW: (promised.NEEDS, promised.sheets),
    tracked.VIEW: (tracked.NEEDS, tracked.sheets),
    running.VIEW: (running.NEEDS, running.sheets),
    real.VIEW: (real.NEEDS, real.sheets),
}
"""view -> the sources that it needs, and its sheets."""


def sheets_of(scene: Scene) -> tuple[tuple[Sheet, ...], tuple[str, ...]]:
    """Return the sheets of all views that were seen, and one line for each that was not."""
    found: list[Sheet] = []
    unseen: list[str] = []
    for view, (needs, sheets) in VIEWS.items():
        if gaps := _gaps(scene, needs):
            unseen.append(f"{view}: not seen: {gaps}")
            continue
        found += sheets(scene)
    return tuple(found), tuple(unseen)


def _gaps(scene: Scene, needs: tuple[str, ...]) -> str:
    for name in needs:
        view = scene.snapshot[name]
        if reason := view.gap() or view.absent:
            return f"{name}: {reason}"
    return ""
