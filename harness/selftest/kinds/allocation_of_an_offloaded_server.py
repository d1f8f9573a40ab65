"""Allocation of an offloaded server."""

from harness.selftest.ground import Ground
from harness.selftest.kind import Planted, leak, lost
from harness.selftest.steps import placement, servers


@leak("allocation_equals_flavor")
def allocation_of_an_offloaded_server(ground: Ground) -> Planted:
    """A server is shelved and offloaded, and placement still holds room for it."""
    server = servers.boot(ground)
    parts = placement.held(ground, server.uuid)
    servers.do(ground, server.uuid, "shelve", "SHELVED_OFFLOADED")
    placement.hold_anew(ground, server.uuid, parts)
    return Planted((lost("allocation_equals_flavor", server.uuid, server.host, server.amounts),))
