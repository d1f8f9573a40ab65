"""Moves of servers between hosts."""

from harness.selftest.ground import Ground
from harness.selftest.steps.database import LONG_AGO, change
from harness.selftest.steps.servers import Booted, do, flavor, migrations


def resized(ground: Ground, server: Booted) -> str:
    """Resize a server, so that it waits for a confirmation; returns the uuid of the migration.

    The new flavor has twice the memory.
    """
    larger = flavor(ground, memory_mb=server.flavor.memory_mb * 2, disk_gb=server.flavor.disk_gb)
    do(ground, server.uuid, "resize", "VERIFY_RESIZE", {"flavorRef": larger.id})
    return str(migrations(ground, server.uuid)[0]["uuid"])


def set_status(ground: Ground, migration: str, status: str) -> None:
    """Give a migration a status, unchanged since long ago."""
    change(ground, "migrations", {"uuid": migration}, {"status": status, "updated_at": LONG_AGO})
