"""Process without a domain."""

from harness.selftest.ground import Ground
from harness.selftest.kind import LAB, Planted, leak, lost
from harness.selftest.steps import hosts


@leak("process_has_domain", needs=(LAB,))
def process_without_a_domain(ground: Ground) -> Planted:
    """QEMU runs on a host, and libvirt does not know of it."""
    host = ground.hosts[1]
    domain = hosts.qemu(ground, host)
    return Planted((lost("process_has_domain", domain, host, {}, "libvirt lists none"),))
