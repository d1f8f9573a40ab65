"""Nova's API shows the compute nodes that its database holds, as they are."""

from collections.abc import Iterator

from harness.accounting.stored import LAG, strange_databases
from harness.core.rules.invariant import Breach, Circumstances, Doubt, invariant
from harness.core.rules.origin import Origin
from harness.core.views.snapshot import Snapshot
from harness.sources.hypervisors import ComputeNode
from harness.sources.nova_compute_nodes import StoredNode

_NUMBERS = (
    "vcpus",
    "vcpus_used",
    "memory_mb",
    "memory_mb_used",
    "local_gb",
    "local_gb_used",
    "running_vms",
    "disk_available_least",
)


@invariant("nova_compute_nodes", "hypervisors", "services")
def compute_node_is_hypervisor(
    snapshot: Snapshot, _circumstances: Circumstances
) -> Iterator[Breach | Doubt]:
    """Every compute node in nova's database is a hypervisor that nova lists, with the same numbers.

    A node whose service record is gone, or whose host is mapped to no cell, is left out of the list
    without a word (nova/api/openstack/compute/hypervisors.py: _get_hypervisors), and nobody takes
    its row away. That the API has more is no breach: the databases of some cells may not be
    configured.
    """
    listed = snapshot["hypervisors"].by_key()
    strange = strange_databases(snapshot)
    silent = {service.host for service in snapshot["services"] if service.silent}
    reporting = {s.host for s in snapshot["services"] if s.binary == "nova-compute" and s.up}
    for row in snapshot["nova_compute_nodes"]:
        node = listed.get(row.uuid)
        if node is not None:
            yield from _compared(row, node)
        elif row.database in strange:
            yield _doubt(row, f"nova lists no node of {row.database}: is it this cloud's database?")
        elif row.host in silent or row.host in reporting:
            state = "answer" if row.host in silent else "map the host"
            yield _doubt(row, f"it may be new, or its cell does not {state}")
        else:
            yield _missing(row)


def _compared(row: StoredNode, node: ComputeNode) -> Iterator[Breach]:
    told = tuple(getattr(node, name) for name in _NUMBERS)
    if told == row.told_by_api:
        return
    wrong = [
        f"{name} {stored} in the database, {shown} in the list"
        for name, stored, shown in zip(_NUMBERS, row.told_by_api, told, strict=True)
        if stored != shown
    ]
    yield Breach(
        row.uuid,
        row.host,
        f"compute node {row.node} in {row.database}: expected nova to list what the row holds: "
        + "; ".join(wrong),
        {"nova_compute_nodes": f"written {row.updated}", "hypervisors": "; ".join(wrong)},
        origin=Origin.CLOUD_LOST,
        proof=f"{row.updated} {row.told_by_api} {told}",
        stands_for=LAG,
    )


def _doubt(row: StoredNode, reason: str) -> Doubt:
    return Doubt(
        row.uuid,
        row.host,
        f"compute node {row.node} ({row.uuid}) in {row.database} is not listed: {reason}",
        {"nova_compute_nodes": f"{row.node} of {row.host}", "hypervisors": "no such uuid"},
    )


def _missing(row: StoredNode) -> Breach:
    return Breach(
        row.uuid,
        row.host,
        f"compute node {row.node} ({row.uuid}) of {row.host}, last written {row.updated}, is in "
        f"{row.database}; expected nova to list it as a hypervisor, it does not",
        {"nova_compute_nodes": f"{row.node} of {row.host}", "hypervisors": "no such uuid"},
        origin=Origin.CLOUD_LOST,
        proof=row.updated,
        stands_for=LAG,
    )
