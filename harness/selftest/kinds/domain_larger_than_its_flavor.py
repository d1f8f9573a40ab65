"""Domain larger than its flavor."""

from harness.selftest.ground import Ground
from harness.selftest.kind import LAB, Planted, leak, lost
from harness.selftest.steps import hosts, servers


@leak("domain_fits_flavor", needs=(LAB,))
def domain_larger_than_its_flavor(ground: Ground) -> Planted:
    """A stopped server's domain has twice the memory of its flavor."""
    server = servers.boot(ground)
    servers.do(ground, server.uuid, "os-stop", "SHUTOFF")
    memory = 2 * server.flavor.memory_mb
    hosts.enlarge(ground, server.host, server.uuid, memory)
    return Planted((lost("domain_fits_flavor", server.uuid, server.host, {}, f"{memory} MB"),))
