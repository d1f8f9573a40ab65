"""What is changing just now, so that a rule waits for it instead of accusing it.

A task counts as passing only while somebody can be working on it: not when the compute service of
its host is down, and not when it has been unchanged for longer than anything may take.
"""

from collections.abc import Mapping
from datetime import UTC, datetime

from harness.core.invariant import Circumstances
from harness.core.snapshot import Snapshot
from harness.sources.migrations import Migration
from harness.sources.servers import Server


def seconds_since(stamp: str, moment: float) -> float | None:
    """Return the age of one of nova's ISO 8601 times, in UTC where no zone is given; None if none.

    ``moment`` is in seconds since the epoch.
    """
    try:
        when = datetime.fromisoformat(stamp)
    except ValueError:
        return None
    return moment - (when if when.tzinfo else when.replace(tzinfo=UTC)).timestamp()


def down_hosts(snapshot: Snapshot) -> frozenset[str]:
    """Return the hosts whose nova-compute does not report, or was forced down."""
    return frozenset(
        service.host
        for service in snapshot["services"]
        if service.binary == "nova-compute" and (not service.up or service.forced_down)
    )


def in_flight(snapshot: Snapshot, circumstances: Circumstances) -> Mapping[str, str]:
    """Return server uuid -> what is being done with it, for each server that is changing.

    Needs the views servers, migrations and services.
    """
    down = down_hosts(snapshot)
    found = {
        server.uuid: doing(server)
        for server in snapshot["servers"]
        if doing(server)
        and server.host not in down
        and _young(server.updated, snapshot.moment, circumstances)
    }
    for migration in snapshot["migrations"]:
        worked_on = migration.moving and not set(migration.hosts) <= down
        if worked_on and _young(migration.updated, snapshot.moment, circumstances):
            found.setdefault(migration.server, f"{migration.kind} {migration.status}")
    return found


def doing(server: Server) -> str:
    """Return what a server is in the middle of, or "" where it rests."""
    if server.task:
        return server.task
    return "building" if server.vm_state == "building" else ""


def unfinished(snapshot: Snapshot) -> dict[str, list[Migration]]:
    """Return server uuid -> its migrations that nova works on or that wait for a confirmation."""
    found: dict[str, list[Migration]] = {}
    for migration in snapshot["migrations"]:
        if migration.moving or migration.status == "finished":
            found.setdefault(migration.server, []).append(migration)
    return found


def evacuated_from(snapshot: Snapshot) -> dict[str, set[str]]:
    """Return server uuid -> the hosts that it was evacuated from.

    Their part of it is cleaned when their nova-compute starts again, and not before
    (nova/compute/manager.py: _destroy_evacuated_instances).
    """
    found: dict[str, set[str]] = {}
    for migration in snapshot["migrations"]:
        if migration.kind == "evacuation" and migration.status == "done":
            found.setdefault(migration.server, set()).add(migration.source_host)
    return found


def _young(stamp: str, moment: float, circumstances: Circumstances) -> bool:
    age = seconds_since(stamp, moment)
    return age is None or age < circumstances.stuck_after
