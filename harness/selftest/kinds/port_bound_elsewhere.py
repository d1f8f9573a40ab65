"""Port bound elsewhere."""

from harness.selftest.ground import Ground
from harness.selftest.kind import Planted, leak, lost
from harness.selftest.steps import networks, servers


@leak("port_bound_where_server_is")
def port_bound_elsewhere(ground: Ground) -> Planted:
    """A server's port is bound to another host than the server's."""
    port = networks.port(ground, ground.name("port"))
    server, other = servers.boot(ground, networks=[{"port": port}]), ground.hosts[1]
    networks.bind(ground, port, other)
    return Planted((lost("port_bound_where_server_is", port, other, {}, server.host),))
