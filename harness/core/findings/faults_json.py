"""What an iteration saw of faults, as JSON and back: kept where its captures are gone."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from harness.core.answers.shape import ShapeError, items, take
from harness.core.faults.fault_plan import step_from
from harness.core.faults.fault_windows import Look, Window
from harness.core.findings.finding_json import breach_as_json, breach_from_json
from harness.core.iterations.history import Iteration


def faults_as_json(item: Iteration) -> dict[str, Any]:
    """Return its windows and looks as plain data."""
    return {
        "windows": [asdict(window) for window in item.windows],
        "looks": [
            {
                "started": look.started,
                "ended": look.ended,
                "breaches": [[rule, breach_as_json(b)] for (rule, *_), b in look.breaches.items()],
                "doubts": sorted(map(list, look.doubts)),
            }
            for look in item.looks
        ],
    }


def faults_from_json(data: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return ``windows`` and ``looks`` of an iteration. Raises ShapeError where they are none."""
    if data is None:
        return {}
    try:
        windows = tuple(_window(each) for each in items(data, "windows"))
        looks = tuple(_look(each) for each in items(data, "looks"))
    except (KeyError, TypeError) as error:
        raise ShapeError(f"what was seen of faults cannot be read: {error}") from error
    return {"windows": windows, "looks": looks}


def _window(data: Mapping[str, Any]) -> Window:
    return Window(**{**data, "step": step_from(take(data, "step", dict))})


def _look(data: Mapping[str, Any]) -> Look:
    breaches = {}
    for rule, told in items(data, "breaches"):
        breach = breach_from_json(told)
        breaches[str(rule), breach.subject, breach.host] = breach
    doubts = frozenset((str(r), str(s), str(h)) for r, s, h in items(data, "doubts"))
    return Look(take(data, "started", float), take(data, "ended", float), breaches, doubts)
