"""Port of a dead server."""

import uuid

from harness.selftest.ground import Ground
from harness.selftest.kind import Planted, leak, lost
from harness.selftest.steps import networks


@leak("port_has_device")
def port_of_a_dead_server(ground: Ground) -> Planted:
    """A port is of a server that does not exist: its address is never given back."""
    port = networks.port(
        ground, ground.name("port"), device_id=str(uuid.uuid4()), device_owner="compute:nova"
    )
    return Planted((lost("port_has_device", port, ""),))
