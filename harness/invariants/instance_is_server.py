"""Nova's API shows the instances that its database holds."""

from collections.abc import Iterator

from harness.accounting.holdings import amounts
from harness.accounting.stored import LAG, strange_databases
from harness.core.rules.invariant import Breach, Circumstances, Doubt, invariant
from harness.core.rules.origin import Origin
from harness.core.views.snapshot import Snapshot
from harness.sources.nova_instances import StoredInstance


@invariant("nova_instances", "nova_compute_nodes", "servers", "hypervisors")
def instance_is_server(
    snapshot: Snapshot, _circumstances: Circumstances
) -> Iterator[Breach | Doubt]:
    """Every instance that nova's database holds undeleted is a server that nova lists.

    A hidden row is left out of every list (nova/db/main/api.py: instance_get_all_by_filters_sort),
    but counted by the tracker. It is one half of a move between two cells, and so its uuid is
    listed; one of which the other half is gone nobody can see or delete.
    """
    listed = snapshot["servers"].by_key()
    strange = strange_databases(snapshot)
    for row in snapshot["nova_instances"]:
        if row.uuid in listed:
            continue
        if row.database in strange:
            text = f"instance {row.uuid} is not listed: is {row.database} this cloud's database?"
            yield Doubt(row.uuid, row.host, text, _views(row))
        else:
            yield _breach(row)


def _views(row: StoredInstance) -> dict[str, str]:
    hidden = ", hidden" if row.hidden else ""
    return {"nova_instances": f"{row.vm_state}{hidden} in {row.database}", "servers": "none"}


def _breach(row: StoredInstance) -> Breach:
    where = f"on {row.host}" if row.host else "on no host"
    hidden = " and hidden" if row.hidden else ""
    counted = row.host and row.vm_state not in ("deleted", "shelved_offloaded")
    held = amounts(row.vcpus, row.memory_mb, row.disk_gb) if counted else {}
    return Breach(
        row.uuid,
        row.host,
        f"instance {row.name!r} ({row.uuid}) in {row.database} is {row.vm_state or 'in no state'}"
        f"{hidden} {where}, unchanged since {row.updated}; expected a server, nova lists none",
        _views(row),
        origin=Origin.CLOUD_LOST,
        owner=f"by somebody in project {row.project}" if row.project else "",
        amounts=held,
        proof=f"{row.host} {row.vm_state} {row.task} {row.updated}",
        stands_for=LAG,
    )
