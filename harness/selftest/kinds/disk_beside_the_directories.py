"""Disk beside the directories."""

from harness.selftest.ground import Ground
from harness.selftest.kind import LAB, Planted, leak, lost
from harness.selftest.steps import hosts


@leak("disk_has_server", needs=(LAB,))
def disk_beside_the_directories(ground: Ground) -> Planted:
    """A disk lies in nova's instances path, in the directory of no instance."""
    host = ground.hosts[1]
    name = hosts.disk(ground, host, f"{ground.name('copy')}.qcow2")
    return Planted((lost("disk_has_server", name, host, {}, "in the directory of an instance"),))
