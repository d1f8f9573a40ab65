"""What nova's own databases hold, beside what its API tells of them."""

from collections.abc import Mapping

from harness.accounting.cloud_clock import since_epoch
from harness.core.views.snapshot import Snapshot, once_for_each_snapshot
from harness.sources.servers import Flavor, Server

LAG = 20.0
"""Seconds by which a copy of a database that answers instead of the first one may be late."""


@once_for_each_snapshot
def strange_databases(snapshot: Snapshot) -> frozenset[str]:
    """Return the databases of which nova's API lists no compute node at all, though they have some:
    it may be another cloud's, or an old copy, that was configured.

    Needs the views nova_compute_nodes and hypervisors.
    """
    listed = snapshot["hypervisors"].by_key()
    theirs: dict[str, set[bool]] = {}
    for row in snapshot["nova_compute_nodes"]:
        theirs.setdefault(row.database, set()).add(row.uuid in listed)
    return frozenset(name for name, known in theirs.items() if True not in known)


@once_for_each_snapshot
def old_flavors(snapshot: Snapshot) -> Mapping[str, Flavor]:
    """Return server uuid -> the flavor that its resize comes from, for each that waits for its
    confirmation and that the database was asked for in just the state that the API tells."""
    servers = snapshot["servers"].by_key()
    return {
        row.uuid: row.old_flavor
        for row in snapshot["nova_instances"]
        if row.old_flavor is not None
        and not row.hidden
        and row.vm_state == "resized"
        and row.uuid in servers
        and _unchanged(row.updated, servers[row.uuid])
    }


def _unchanged(stamp: str, server: Server) -> bool:
    return server.vm_state == "resized" and since_epoch(stamp) == since_epoch(server.updated)
