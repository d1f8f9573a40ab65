"""Reads what is stored of an iteration; what is torn or missing is told, and never raised."""

import gzip
import json
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from harness.adapters.shelf import JUDGED
from harness.core.answers.packing import unpacked
from harness.core.answers.shape import take
from harness.core.runs.judged_json import Judged, judged_from_json
from harness.core.runs.judging import Evidence
from harness.core.runs.records import check_iteration

DAMAGE = (OSError, ValueError, KeyError, TypeError, EOFError, RecursionError, zlib.error)
"""What reading a file that is torn may raise."""


def begun(folder: Path) -> float | None:
    """Return when the iteration of a folder began, None where that cannot be read."""
    try:
        return take(object_in((folder / "begun.json").read_bytes()), "started", float)
    except DAMAGE:
        return None


def evidence_in(folder: Path) -> Evidence:
    """Return the evidence of an iteration's folder; what cannot be read is told in it."""
    judged, damage = _judged(folder / JUDGED)
    if judged:
        return Evidence(judged.iteration.number, None, (), judged=judged)
    captures = []
    for path in sorted(folder.glob("capture-*.json.gz"), key=lambda path: (len(path.name), path)):
        try:
            captures.append(unpacked(path.read_bytes()))
        except DAMAGE as error:
            damage.append(f"{path.name} cannot be read: {error}")
    record: dict[str, Any] | None = None
    stream: bytes | None = None
    try:
        data = object_in((folder / "iteration.json").read_bytes())
        check_iteration(data)
        record = data
    except FileNotFoundError:
        pass  # an iteration without its end mark: judged as cut off
    except DAMAGE as error:
        damage.append(f"iteration.json cannot be read: {error}")
    try:
        stream = _unpacked(folder / "tests.subunit.gz")
    except FileNotFoundError:
        pass  # the baseline has no tests; elsewhere the judgement says that they are not known
    except DAMAGE as error:
        damage.append(f"tests.subunit.gz cannot be read: {error}")
    return Evidence(int(folder.name), record, tuple(captures), stream, "; ".join(damage))


def _judged(path: Path) -> tuple[Judged | None, list[str]]:
    """Return what was judged where an iteration gave up its captures, and what is wrong with it."""
    try:
        judged = judged_from_json(object_in(_unpacked(path)))
        if judged.iteration.number != int(path.parent.name):
            raise ValueError(f"it is of iteration {judged.iteration.number}")
    except FileNotFoundError:
        return None, []
    except DAMAGE as error:
        return None, [f"{path.name} cannot be read: {error}"]
    return judged, []


def as_bytes(data: Mapping[str, Any]) -> bytes:
    """Return a record as it is stored."""
    return json.dumps(data, sort_keys=True, separators=(",", ":")).encode("utf-8")


def _unpacked(path: Path) -> bytes:
    """Return what a packed file holds. An empty file is none, although gzip takes it for one."""
    content = path.read_bytes()
    if not content:
        raise EOFError("the file is empty")
    return gzip.decompress(content)


def object_in(content: bytes) -> dict[str, Any]:
    """Return the JSON object of a file. Raises ValueError where it is none."""
    data = json.loads(content)
    if not isinstance(data, dict):
        raise ValueError("expected a JSON object")
    return data
