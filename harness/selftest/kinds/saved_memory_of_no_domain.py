"""Saved memory of no domain."""

from harness.selftest.ground import Ground
from harness.selftest.kind import LAB, Planted, leak, lost
from harness.selftest.steps import hosts


@leak("guest_file_has_domain", needs=(LAB,))
def saved_memory_of_no_domain(ground: Ground) -> Planted:
    """Libvirt keeps the memory of a suspended domain that is gone."""
    host, name = ground.hosts[0], "instance-ffff0002.save"
    hosts.file(ground, host, hosts.SAVED, name)
    return Planted((lost("guest_file_has_domain", f"save/{name}", host, {}, "saved memory"),))
