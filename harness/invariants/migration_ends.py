"""No move is left in the middle."""

from collections.abc import Iterator

from harness.accounting.cloud_clock import cloud_now, seconds_since
from harness.accounting.holdings import of_resources, total
from harness.accounting.makers import Maker
from harness.accounting.transitions import in_flight, worked_on
from harness.accounting.whose import TELLING, who_made
from harness.core.rules.invariant import Breach, Circumstances, Doubt, invariant
from harness.core.rules.origin import Origin
from harness.core.views.snapshot import Snapshot
from harness.sources.migrations import Migration
from harness.sources.servers import Server

FORGOTTEN_AFTER = 2 * 86400.0
"""Seconds after which a resize that waits for its confirmation is taken to be forgotten."""


@invariant("migrations", "servers", "services", beside=(*TELLING, "allocations"))
def migration_ends(snapshot: Snapshot, circumstances: Circumstances) -> Iterator[Breach | Doubt]:
    """Every move of a server ends: nova works on it, or its server waits for a confirmation.

    A move that nobody works on any more is counted on both hosts, and keeps a compute service from
    being deleted; nova itself never ends it. One that failed has ended, but not where its server
    waits for the confirmation of just that one, which can then be neither confirmed nor reverted
    (nova/compute/api.py: confirm_resize). A resize waits for ever unless resize_confirm_window is
    set, so that one of more than two days is taken to be forgotten.
    """
    servers = snapshot["servers"].by_key()
    alive = {migration.uuid for migration in worked_on(snapshot, circumstances)}
    changing, who = in_flight(snapshot, circumstances), who_made(snapshot, circumstances)
    confirmable = {m.server for m in snapshot["migrations"] if m.status == "finished"}
    for migration in snapshot["migrations"]:
        server = servers.get(migration.server)
        age = seconds_since(migration.updated, cloud_now(snapshot))
        reason = _reason(migration, server, age, migration.server in confirmable)
        if not reason:
            continue
        if migration.uuid in alive or migration.server in changing:
            yield _doubt(migration, changing.get(migration.server, migration.status))
        else:
            held = snapshot["allocations"].having("consumer", migration.uuid)
            amounts = of_resources(total(held))
            yield _breach(migration, server, reason, amounts, who(migration.server))


def _reason(
    migration: Migration, server: Server | None, age: float | None, confirmable: bool
) -> str:
    """Say what is wrong with a move that nobody works on, or ""."""
    resized = server is not None and server.vm_state == "resized"
    if migration.status == "error":
        stuck = resized and not confirmable
        return "it failed, so that it can be neither confirmed nor reverted" if stuck else ""
    if migration.moving:
        return f"it has been {migration.status} since {migration.updated} and nobody works on it"
    if migration.status != "finished":
        return ""
    if server is None:
        return "its server is gone"
    if not resized:
        return f"its server is {server.status} and waits for no confirmation"
    forgotten = age is not None and age > FORGOTTEN_AFTER
    return f"it has waited for a confirmation since {migration.updated}" if forgotten else ""


def _named(migration: Migration) -> str:
    ends = f"from {migration.source_host or 'nowhere'} to {migration.dest_host or 'nowhere'}"
    return f"{migration.kind} {migration.uuid} of server {migration.server} {ends}"


def _doubt(migration: Migration, doing: str) -> Doubt:
    return Doubt(
        migration.uuid,
        migration.source_host,
        f"{_named(migration)} is {migration.status}; its server is {doing}",
        {"migrations": migration.status},
        passing=True,
    )


def _breach(
    migration: Migration,
    server: Server | None,
    reason: str,
    amounts: dict[str, int],
    maker: Maker,
) -> Breach:
    waits = migration.status == "finished" and server is not None and server.vm_state == "resized"
    says = f"{server.status} on {server.host or 'no host'}" if server else "no such server"
    return Breach(
        migration.uuid,
        migration.source_host,
        f"{_named(migration)} is {migration.status}, expected it to end: {reason}",
        {"migrations": f"{migration.status} since {migration.updated}", "servers": says},
        origin=maker.origin if waits else Origin.CLOUD_LOST,
        owner=maker.text,
        amounts=amounts,
        proof=f"{migration.status} {migration.updated} {says}",
    )
