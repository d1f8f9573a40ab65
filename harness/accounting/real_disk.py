"""``disk_available_least``, worked out anew from what a host itself tells.

nova/virt/libvirt/driver.py: get_available_resource takes what the file system of the instances path
has free, less what the disks of all domains of the host may still grow by
(_get_disk_over_committed_size_total). A disk that grows takes as much from the one as from the
other, so that only what is written beside changes it.
"""

from harness.core.views.snapshot import Snapshot
from harness.sources.host_resources import GIB, HostResources
from harness.sources.hypervisors import ComputeNode
from harness.sources.instance_disks import InstanceDisk

_ROUNDING_GB = 2.0
"""Nova cuts what it tells to whole GB, and so may be either number."""
_MOVED = 0.02
"""Which part of the file system may be written or freed between nova's audit and the look: within a
minute, by all that is no disk of a guest."""


def of_domains(host: str, snapshot: Snapshot) -> list[InstanceDisk]:
    """Return the disks of a host that its domains have: those in the directory of the uuid. What a
    move left in another one is in no domain, and nova does not count it."""
    defined = {row.uuid for row in snapshot["domains"].having("host", host)}
    return [
        disk
        for disk in snapshot["instance_disks"].having("host", host)
        if disk.directory in defined
    ]


def available_gb(resources: HostResources, disks: list[InstanceDisk]) -> float:
    """Return what is left when every guest has written all of its disks, in GB: below zero where
    the host cannot keep its promises."""
    return (resources.disk_free - sum(disk.promised for disk in disks)) / GIB


def tolerance_gb(resources: HostResources) -> float:
    """Return by how much nova's number may be off, in GB."""
    return _ROUNDING_GB + _MOVED * resources.disk_size / GIB


def comparable(node: ComputeNode, resources: HostResources) -> bool:
    """Tell whether nova's disk is the probed file system: elsewhere it is a volume group or a whole
    ceph pool (_get_local_gb_info)."""
    return node.has_domains and abs(node.local_gb - resources.disk_size / GIB) <= 1.0
