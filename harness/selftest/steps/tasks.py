"""What nova is in the middle of doing with a server, set as if nobody worked on it."""

from typing import Any

from harness.selftest.ground import Ground
from harness.selftest.steps.database import LONG_AGO, change


def stick(ground: Ground, server: str, **columns: Any) -> None:
    """Give the row of a server some values, unchanged since long ago."""
    change(ground, "instances", {"uuid": server}, {**columns, "updated_at": LONG_AGO})
