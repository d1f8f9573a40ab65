"""Nvram of no domain."""

from harness.selftest.ground import Ground
from harness.selftest.kind import LAB, Planted, leak, lost
from harness.selftest.steps import hosts


@leak("guest_file_has_domain", needs=(LAB,))
def nvram_of_no_domain(ground: Ground) -> Planted:
    """Libvirt keeps the NVRAM of a domain that is gone."""
    host, name = ground.hosts[1], "instance-ffff0001_VARS.fd"
    hosts.file(ground, host, hosts.NVRAM, name)
    return Planted((lost("guest_file_has_domain", f"nvram/{name}", host, {}, "NVRAM"),))
