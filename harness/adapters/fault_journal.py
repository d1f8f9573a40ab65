"""What was broken on purpose in a run, one file for each event, written before it happens.

    <run>/evidence/faults/000001.json   {"event": "begun", "step": 1, "at": …, "said": ""}

Files are added and never changed, so that a driver that dies leaves word of what is to be healed.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from threading import Lock
from typing import Any

from harness.adapters.atomic_file import write_atomically
from harness.core.faults.fault_plan import step_from
from harness.core.faults.fault_windows import Window, check_event, windows_of
from harness.core.runs.judging import Evidence

FOLDER = "faults"


class FaultJournal:
    """The events of a run, oldest first. Safe to use by two threads."""

    def __init__(self, evidence: Path) -> None:
        self._folder = evidence / FOLDER
        self._lock = Lock()
        self._events = self._read()

    def append(self, event: Mapping[str, Any]) -> None:
        """Store an event; it is on the disk on return. Raises OSError."""
        with self._lock:
            path = self._folder / f"{len(self._events) + 1:06d}.json"
            text = json.dumps(event, sort_keys=True, separators=(",", ":"))
            write_atomically(path, text.encode("utf-8"))
            self._events.append(dict(event))

    def events(self) -> list[dict[str, Any]]:
        """Return all events so far."""
        with self._lock:
            return list(self._events)

    def _read(self) -> list[dict[str, Any]]:
        """Raises OSError or ValueError where one cannot be read: what is open is not known then."""
        events = []
        paths = sorted(self._folder.glob("[0-9]" * 6 + ".json")) if self._folder.is_dir() else []
        for number, path in enumerate(paths, 1):
            try:
                if int(path.stem) != number:
                    raise ValueError(f"{number:06d}.json is missing")
                record = json.loads(path.read_bytes())
                check_event(record)
            except (OSError, ValueError, RecursionError) as error:
                raise ValueError(f"{FOLDER}/{path.name} cannot be read: {error}") from error
            events.append(record)
        return events


def windows_in(
    evidence: Path, run_record: Callable[[], Mapping[str, Any]], events: int | None = None
) -> tuple[Window, ...]:
    """Return the faults that the first so many events of a run tell of, or all where that is None.

    ``run_record`` has their plan. Raises ValueError where they cannot be read.
    """
    told = FaultJournal(evidence).events()[:events]
    steps = tuple(map(step_from, run_record().get("faults") or ())) if told else ()
    return windows_of(steps, told)


def with_faults(
    found: Evidence, evidence: Path, run_record: Callable[[], Mapping[str, Any]]
) -> Evidence:
    """Return what is stored of an iteration with the faults that its end mark knows of; with all
    where it has none. What cannot be read is its damage. What was judged before knows its own."""
    if found.judged:
        return found
    try:
        seen = found.record.get("faults", 0) if found.record else None
        return replace(found, windows=windows_in(evidence, run_record, seen))
    except ValueError as error:
        damage = "; ".join(filter(None, [found.damage, str(error)]))
        return replace(found, damage=damage)
