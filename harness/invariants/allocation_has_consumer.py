"""No allocation without somebody who uses it."""

from collections.abc import Iterator

from harness.accounting.flavor_usage import COMPARED
from harness.core.invariant import Breach, Circumstances, Doubt, invariant
from harness.core.snapshot import Snapshot
from harness.sources.allocations import Allocation


@invariant("allocations", "servers", "migrations", "hypervisors")
def allocation_has_consumer(
    snapshot: Snapshot, _circumstances: Circumstances
) -> Iterator[Breach | Doubt]:
    """Every allocation of compute resources is held by a server or by a move that is under way.

    Nova heals only an allocation whose server's row is still in its database as deleted
    (nova/compute/resource_tracker.py: _remove_deleted_instances_allocations); one of a migration
    that has ended, or of a consumer that never was, stays for ever.
    """
    hosts = {node.node: node.host for node in snapshot["hypervisors"]}
    known = set(snapshot["servers"].by_key())
    known |= {uuid for node in snapshot["hypervisors"] for uuid in node.servers}
    known |= {
        migration.uuid
        for migration in snapshot["migrations"]
        if migration.moving or migration.status == "finished"
    }
    failed = {m.uuid: m for m in snapshot["migrations"] if m.status == "error"}
    for allocation in snapshot["allocations"]:
        if allocation.consumer in known or not set(COMPARED) & set(allocation.resources):
            continue
        migration = failed.get(allocation.consumer)
        who = (
            f"the failed {migration.kind} of server {migration.server}"
            if migration
            else "neither a server nor an unfinished migration"
        )
        yield _orphan(allocation, hosts.get(allocation.provider_name, ""), who)


def _orphan(allocation: Allocation, host: str, who: str) -> Breach:
    held = ", ".join(f"{name} {amount}" for name, amount in sorted(allocation.resources.items()))
    return Breach(
        allocation.consumer,
        host,
        f"consumer {allocation.consumer} holds {held} of resource provider "
        f"{allocation.provider_name}, expected a server or a move under way with that uuid; it is "
        f"{who}",
        {
            "allocations": f"{held} on {allocation.provider_name}",
            "servers": "no such server",
            "migrations": "failed" if who.startswith("the failed") else "none unfinished",
        },
    )
