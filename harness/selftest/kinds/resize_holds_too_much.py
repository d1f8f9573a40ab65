"""Resize holds too much."""

from harness.selftest.ground import Ground
from harness.selftest.kind import LAB, Planted, leak, lost
from harness.selftest.steps import moves, placement, servers


@leak("resize_holds_old_flavor", needs=(LAB,))
def resize_holds_too_much(ground: Ground) -> Planted:
    """Placement holds more for the way back of a resize than the old flavor asks for."""
    server = servers.boot(ground)
    move = moves.resized(ground, server)
    placement.hold_more(ground, move, {"MEMORY_MB": 64})
    found = lost("resize_holds_old_flavor", move, server.host, {"memory_mb": 64})
    return Planted((found,))
