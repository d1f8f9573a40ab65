"""What nova says is left of a host's disk is so."""

from collections.abc import Iterator

from harness.accounting.real_disk import available_gb, comparable, of_domains, tolerance_gb
from harness.accounting.transitions import down_hosts
from harness.core.rules.invariant import Breach, Circumstances, Doubt, invariant
from harness.core.rules.origin import Origin
from harness.core.views.snapshot import Snapshot
from harness.sources.host_resources import GIB, HostResources
from harness.sources.hypervisors import ComputeNode
from harness.sources.instance_disks import InstanceDisk


@invariant("host_resources", "instance_disks", "domains", "hypervisors", "services")
def disk_available_is_true(
    snapshot: Snapshot, _circumstances: Circumstances
) -> Iterator[Breach | Doubt]:
    """Nova's disk_available_least is what the host's file system has free beyond its promises.

    Nova's live migrations with local disks go by it (nova/virt/libvirt/driver.py:
    _assert_dest_node_has_enough_disk), and the DiskFilter of older novas did. It is measured at
    each audit, so that it counts when an audit has left it wrong; of a host that does not report it
    is as old as its last audit, and not judged. The arithmetic is in
    ``harness.accounting.real_disk``.
    """
    resources = {row.host: row for row in snapshot["host_resources"]}
    for node in snapshot["hypervisors"]:
        real = resources.get(node.host)
        if real is None or node.disk_available_least is None or not comparable(node, real):
            continue
        if node.host in down_hosts(snapshot) or _unseen(node.host, snapshot):
            continue
        disks = of_domains(node.host, snapshot)
        views = {"hypervisors": f"{node.disk_available_least} GB on {node.node}"}
        if unread := [disk.place for disk in disks if disk.unread]:
            text = f"what {node.host} has left cannot be told: {unread[0]} cannot be read"
            yield Doubt(node.host, node.host, text, views)
        elif abs(available_gb(real, disks) - node.disk_available_least) > tolerance_gb(real):
            yield _breach(node, real, disks, views)


def _unseen(host: str, snapshot: Snapshot) -> bool:
    return any(snapshot[name].gap(host) is not None for name in ("instance_disks", "domains"))


def _breach(
    node: ComputeNode, real: HostResources, disks: list[InstanceDisk], views: dict[str, str]
) -> Breach:
    left, promised = available_gb(real, disks), sum(disk.promised for disk in disks) / GIB
    found = f"{real.disk_free / GIB:.1f} GB free less {promised:.1f} GB that {len(disks)} disks may"
    return Breach(
        node.host,
        node.host,
        f"disk_available_least of {node.node} is {node.disk_available_least} GB, expected about "
        f"{left:.0f} GB: {found} still grow by, in {real.path}",
        {**views, "host_resources": found},
        heals_at_audit=True,
        origin=Origin.CLOUD_LOST,
        proof=" ".join(sorted(disk.place for disk in disks)),
    )
