"""Allocation on the wrong host."""

from harness.selftest.ground import Ground
from harness.selftest.kind import Planted, leak, lost
from harness.selftest.steps import placement, servers


@leak("server_has_allocation", "allocation_equals_flavor")
def allocation_on_the_wrong_host(ground: Ground) -> Planted:
    """Placement holds a server's room on another host than the one it runs on."""
    server, other = servers.boot(ground), ground.hosts[1]
    (amounts,) = placement.held(ground, server.uuid).values()
    placement.hold_instead(ground, server.uuid, {placement.provider(ground, other): amounts})
    return Planted(
        (
            lost("server_has_allocation", server.uuid, server.host, {}, other),
            lost("allocation_equals_flavor", server.uuid, other, server.amounts),
        )
    )
