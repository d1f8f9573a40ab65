"""Process beside a domain."""

from harness.selftest.ground import Ground
from harness.selftest.kind import LAB, Planted, leak, lost
from harness.selftest.steps import hosts, servers


@leak("process_has_domain", needs=(LAB,))
def process_beside_a_domain(ground: Ground) -> Planted:
    """A server runs, and a second QEMU with its uuid beside it."""
    server = servers.boot(ground)
    hosts.qemu(ground, server.host, server.uuid)
    found = lost("process_has_domain", server.uuid, server.host, {}, "libvirt runs one")
    return Planted((found,))
