"""Takes away what was planted, newest step first, by the ledger alone."""

from collections.abc import Callable
from typing import Any

from harness.selftest.ground import Ground
from harness.selftest.ledger import Entry


def remove(ground: Ground, say: Callable[[str], None]) -> list[str]:
    """Undo every entry of the ground's ledger; returns what could not be undone, and why.

    An entry that fails stays in the ledger, and those before it are undone all the same.
    """
    failed = []
    for entry in reversed(list(ground.ledger.entries)):
        if entry.undo not in ground.steps:
            failed.append(f"{_told(entry)}: this program does not know how")
            continue
        try:
            ground.steps[entry.undo].run(ground, **entry.args)
            ground.ledger.drop(entry)
        except Exception as error:  # noqa: BLE001 - the other steps must be undone all the same
            failed.append(f"{_told(entry)}: {' '.join(str(error).split())[:300]}")
    for text in failed:
        say(f"not removed: {text}")
    return failed


def _told(entry: Entry) -> str:
    values: list[Any] = [value for value in entry.args.values() if isinstance(value, str)]
    return f"{entry.undo.replace('_', ' ')} {' '.join(values)[:80]} ({entry.kind})"
