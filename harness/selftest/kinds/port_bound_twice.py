"""Port bound twice."""

from harness.selftest.ground import Ground
from harness.selftest.kind import LAB, Planted, leak, lost
from harness.selftest.steps import networks, servers


@leak("port_bound_once", needs=(LAB,))
def port_bound_twice(ground: Ground) -> Planted:
    """A server's port has a second binding, as a failed live migration leaves it."""
    port = networks.port(ground, ground.name("port"))
    servers.boot(ground, networks=[{"port": port}])
    other = ground.hosts[1]
    networks.bind_twice(ground, port, other)
    return Planted((lost("port_bound_once", port, other),))
