"""No allocation without somebody who uses it."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from harness.accounting.flavor_usage import COMPARED
from harness.accounting.holdings import by_node, of_resources
from harness.accounting.transitions import down_hosts, in_flight, under_way
from harness.accounting.whose import TELLING, who_made
from harness.core.rules.invariant import Breach, Circumstances, Doubt, invariant
from harness.core.rules.origin import Origin
from harness.core.views.snapshot import Snapshot
from harness.sources.allocations import Allocation
from harness.sources.migrations import Migration

_OF_NEUTRON = ("NET_BW_", "NET_PACKET_RATE_")


@invariant("allocations", "servers", "migrations", "hypervisors", "services", beside=TELLING)
def allocation_has_consumer(
    snapshot: Snapshot, circumstances: Circumstances
) -> Iterator[Breach | Doubt]:
    """Every allocation of compute resources is held by a server or by a move that is under way.

    Nova heals only an allocation whose server's row is still in its database as deleted, at the
    next audit (nova/compute/resource_tracker.py: _remove_deleted_instances_allocations); one of a
    migration that has ended, or of a consumer that never was, stays for ever.
    """
    nodes = snapshot["hypervisors"]
    hosts = {node.node: node.host for node in nodes}
    audited = {node.host for node in nodes if node.up} - down_hosts(snapshot)
    known = set(snapshot["servers"].by_key())
    known |= {uuid for node in nodes for uuid in node.servers}
    known |= {migration.uuid for migration in under_way(snapshot, circumstances)}
    stale = {migration.uuid: migration for migration in snapshot["migrations"]}
    changing, who = in_flight(snapshot, circumstances), who_made(snapshot, circumstances)
    unused = [item for item in snapshot["allocations"] if item.consumer not in known]
    for allocation in by_node(item for item in unused if _of_nova(item, hosts)):
        host = hosts.get(allocation.provider_name, "")
        migration = stale.get(allocation.consumer)
        if migration and migration.server in changing:
            yield _moving(allocation, host, migration)
        else:
            orphan = _orphan(allocation, host, migration, host in audited)
            owner = who(migration.server if migration else allocation.consumer).text
            yield replace(orphan, owner=owner)


def _of_nova(allocation: Allocation, hosts: Mapping[str, str]) -> bool:
    """Tell whether only nova makes such an allocation: sizes anywhere, and all that compute nodes
    have (bare metal, GPUs, PCI devices) but the bandwidth, of which neutron keeps the inventory."""
    if set(COMPARED) & set(allocation.resources):
        return True
    theirs = [name for name in allocation.resources if not name.startswith(_OF_NEUTRON)]
    return bool(theirs) and allocation.provider_name in hosts


def _moving(allocation: Allocation, host: str, migration: Migration) -> Doubt:
    return Doubt(
        allocation.consumer,
        host,
        f"consumer {allocation.consumer} is {_named(migration)}, which nova still works on",
        {"migrations": migration.status},
        passing=True,
    )


def _orphan(
    allocation: Allocation, host: str, migration: Migration | None, audited: bool
) -> Breach:
    held = ", ".join(f"{name} {amount}" for name, amount in sorted(allocation.resources.items()))
    who = _named(migration) if migration else "neither a server nor an unfinished migration"
    return Breach(
        allocation.consumer,
        host,
        f"consumer {allocation.consumer} holds {held} of resource provider "
        f"{allocation.provider_name}, expected a server or a move under way with that uuid; it is "
        f"{who}",
        {
            "allocations": f"{held} on {allocation.provider_name}",
            "servers": "no such server",
            "migrations": migration.status if migration else "none unfinished",
        },
        heals_at_audit=audited and migration is None,
        origin=Origin.CLOUD_LOST,
        amounts=of_resources(allocation.resources),
        proof=f"{held}; {migration.status} {migration.updated}" if migration else held,
    )


def _named(migration: Migration) -> str:
    failed = "the failed" if migration.status == "error" else f"the {migration.status}"
    return f"{failed} {migration.kind} of server {migration.server}"
