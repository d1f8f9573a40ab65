"""Allocation held twice."""

from harness.selftest.ground import Ground
from harness.selftest.kind import Planted, leak, lost
from harness.selftest.steps import placement, servers


@leak("allocation_equals_flavor")
def allocation_held_twice(ground: Ground) -> Planted:
    """Placement holds a server on a second host too, as a failed move leaves it."""
    server, other = servers.boot(ground), ground.hosts[1]
    parts = placement.held(ground, server.uuid)
    (amounts,) = parts.values()
    placement.hold_instead(
        ground, server.uuid, {**parts, placement.provider(ground, other): amounts}
    )
    return Planted((lost("allocation_equals_flavor", server.uuid, other, server.amounts),))
