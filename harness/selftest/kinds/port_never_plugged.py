"""Port never plugged."""

from harness.selftest.ground import Ground
from harness.selftest.kind import LAB, Planted, leak, lost
from harness.selftest.steps import networks, servers


@leak("port_has_interface", needs=(LAB,))
def port_never_plugged(ground: Ground) -> Planted:
    """A second port is bound to a running server's host as the server's, and it was not plugged."""
    first = networks.port(ground, ground.name("port"))
    server = servers.boot(ground, networks=[{"port": first}])
    bound = {"device_owner": "compute:nova", "binding:host_id": server.host}
    port = networks.port(ground, ground.name("port"), device_id=server.uuid, **bound)
    found = lost("port_has_interface", port, server.host, {}, "has no interface there")
    return Planted((found,))
