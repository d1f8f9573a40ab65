"""Bound port of a dead server."""

import uuid

from harness.selftest.ground import Ground
from harness.selftest.kind import Planted, leak, lost
from harness.selftest.steps import networks


@leak("port_has_device")
def bound_port_of_a_dead_server(ground: Ground) -> Planted:
    """A port is bound to a host for a server that does not exist."""
    host = ground.hosts[1]
    port = networks.port(
        ground,
        ground.name("port"),
        device_id=str(uuid.uuid4()),
        device_owner="compute:nova",
        **{"binding:host_id": host},
    )
    return Planted((lost("port_has_device", port, host),))
