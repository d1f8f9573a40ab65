"""Allocation missing."""

from harness.selftest.ground import Ground
from harness.selftest.kind import Planted, leak, lost
from harness.selftest.steps import placement, servers


@leak("server_has_allocation")
def allocation_missing(ground: Ground) -> Planted:
    """A server runs, and placement holds nothing for it: its room is given away twice."""
    server = servers.boot(ground)
    placement.hold_instead(ground, server.uuid, {})
    return Planted((lost("server_has_allocation", server.uuid, server.host),))
