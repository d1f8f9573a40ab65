"""Allocation too small."""

from harness.selftest.ground import Ground
from harness.selftest.kind import Planted, leak, lost
from harness.selftest.steps import placement, servers


@leak("allocation_equals_flavor")
def allocation_too_small(ground: Ground) -> Planted:
    """Placement holds less for a server than its flavor promises."""
    server = servers.boot(ground)
    (provider, right), *_ = placement.held(ground, server.uuid).items()
    wrong = {**right, "MEMORY_MB": right["MEMORY_MB"] // 2}
    placement.hold_instead(ground, server.uuid, {provider: wrong})
    said = (f"MEMORY_MB {wrong['MEMORY_MB']}", f"MEMORY_MB {right['MEMORY_MB']}")
    return Planted((lost("allocation_equals_flavor", server.uuid, server.host, {}, *said),))
