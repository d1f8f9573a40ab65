"""What is changing just now, so that a rule waits for it instead of accusing it.

A task counts as passing only while somebody can be working on it: not when the compute service of
its host is down, and not when it has been unchanged for longer than anything may take.
"""

from collections.abc import Mapping, Sequence

from harness.accounting.cloud_clock import cloud_now, seconds_since
from harness.core.rules.invariant import Circumstances
from harness.core.views.snapshot import Snapshot, once_for_each_snapshot
from harness.sources.migrations import Migration
from harness.sources.servers import Server

IDLE_TASKS = frozenset(
    {
        "image_snapshot",
        "image_snapshot_pending",
        "image_pending_upload",
        "image_uploading",
        "image_backup",
        "updating_password",
        "rebooting",
        "reboot_pending",
        "reboot_started",
        "rebooting_hard",
        "reboot_pending_hard",
        "reboot_started_hard",
        "pausing",
        "unpausing",
        "suspending",
        "resuming",
        "powering-off",
        "powering-on",
        "rescuing",
        "unrescuing",
    }
)
"""Tasks (nova/objects/fields.py: InstanceTaskState) that change nothing of what a server takes from
its host."""

LAST_STEPS = 30.0
"""Seconds that nova may take from saving a server as deleted to taking its row away: it gives the
allocation back between the two (nova/compute/manager.py: _complete_deletion)."""


@once_for_each_snapshot
def down_hosts(snapshot: Snapshot) -> frozenset[str]:
    """Return the hosts whose nova-compute does not report, or was forced down."""
    return frozenset(
        service.host
        for service in snapshot["services"]
        if service.binary == "nova-compute" and (not service.up or service.forced_down)
    )


@once_for_each_snapshot
def in_flight(snapshot: Snapshot, circumstances: Circumstances) -> Mapping[str, str]:
    """Return server uuid -> what is being done with it, for each server that is changing.

    Needs the views servers, migrations and services.
    """
    down, now = down_hosts(snapshot), cloud_now(snapshot)
    found = {
        server.uuid: doing(server)
        for server in snapshot["servers"]
        if doing(server) and server.host not in down and _young(server.updated, now, circumstances)
    }
    for server in snapshot["servers"].having("vm_state", "deleted"):
        age = seconds_since(server.updated, now)
        if age is not None and age < LAST_STEPS:
            found.setdefault(server.uuid, "being deleted")
    for migration in worked_on(snapshot, circumstances):
        found.setdefault(migration.server, f"{migration.kind} {migration.status}")
    return found


def worked_on(snapshot: Snapshot, circumstances: Circumstances) -> list[Migration]:
    """Return the migrations that nova works on: one of its hosts reports, and it is young.

    One that is queued waits its turn, however long, behind one of the same source that is worked on
    (nova/compute/manager.py: live_migration, max_concurrent_live_migrations).
    """
    down, now = down_hosts(snapshot), cloud_now(snapshot)
    alive = [m for m in snapshot["migrations"] if m.moving and not set(m.hosts) <= down]
    young = [m for m in alive if _young(m.updated, now, circumstances)]
    busy = {m.source_host for m in young if m.kind == "live-migration" and m.status != "queued"}
    seen = {m.uuid for m in young}
    waiting = [m for m in alive if m.status == "queued" and m.source_host in busy]
    return [*young, *(m for m in waiting if m.uuid not in seen)]


def as_it_is(server: Server) -> str:
    """Return what changes whenever nova does something with a server: the proof of a breach that
    rests on its row."""
    return f"{server.host} {server.vm_state} {server.task} {server.updated}"


def doing(server: Server) -> str:
    """Return what a server is in the middle of, or "" where it rests."""
    if server.task:
        return server.task
    return "building" if server.vm_state == "building" else ""


@once_for_each_snapshot
def under_way(snapshot: Snapshot, circumstances: Circumstances) -> list[Migration]:
    """Return the migrations that nova works on, or whose resized server waits for a confirmation.

    One that nobody works on any more, or whose server is gone or at rest, is none: what it holds
    stays for ever.
    """
    waiting = {server.uuid for server in snapshot["servers"] if server.vm_state == "resized"}
    unconfirmed = [
        migration
        for migration in snapshot["migrations"]
        if migration.status == "finished" and migration.server in waiting
    ]
    return [*worked_on(snapshot, circumstances), *unconfirmed]


def moves_of(host: str, snapshot: Snapshot) -> Sequence[Migration]:
    """Return the migrations of the view that begin or end on a host, in their order."""
    return _by_host(snapshot).get(host, ())


@once_for_each_snapshot
def _by_host(snapshot: Snapshot) -> Mapping[str, Sequence[Migration]]:
    found: dict[str, list[Migration]] = {}
    for migration in snapshot["migrations"]:
        for host in set(migration.hosts):
            found.setdefault(host, []).append(migration)
    return found


@once_for_each_snapshot
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


@once_for_each_snapshot
def awaiting_cleanup(snapshot: Snapshot) -> Mapping[str, set[str]]:
    """Return server uuid -> the hosts that it was evacuated from and that have not come back.

    One that reports has cleaned up, or will not: nova forces no host up before
    (nova/api/openstack/compute/services.py: _check_for_evacuations).
    """
    down = down_hosts(snapshot)
    return {uuid: hosts & down for uuid, hosts in evacuated_from(snapshot).items()}


def _young(stamp: str, moment: float, circumstances: Circumstances) -> bool:
    age = seconds_since(stamp, moment)
    return age is None or age < circumstances.stuck_after
