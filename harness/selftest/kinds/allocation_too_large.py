"""Allocation too large."""

from harness.selftest.ground import Ground
from harness.selftest.kind import Planted, leak, lost
from harness.selftest.steps import placement, servers


@leak("allocation_equals_flavor")
def allocation_too_large(ground: Ground) -> Planted:
    """Placement holds more for a server than its flavor promises."""
    server = servers.boot(ground)
    (provider, right), *_ = placement.held(ground, server.uuid).items()
    placement.hold_instead(
        ground, server.uuid, {provider: {**right, "MEMORY_MB": right["MEMORY_MB"] * 3}}
    )
    return Planted(
        (
            lost(
                "allocation_equals_flavor",
                server.uuid,
                server.host,
                {"memory_mb": right["MEMORY_MB"] * 2},
            ),
        )
    )
