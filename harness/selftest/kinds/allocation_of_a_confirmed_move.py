"""Allocation of a confirmed move."""

from harness.selftest.ground import Ground
from harness.selftest.kind import Planted, leak, lost
from harness.selftest.steps import placement, servers


@leak("allocation_has_consumer")
def allocation_of_a_confirmed_move(ground: Ground) -> Planted:
    """A resize is confirmed, and its migration still holds the old allocation."""
    server = servers.boot(ground)
    larger = servers.flavor(ground, memory_mb=server.flavor.memory_mb * 2)
    servers.do(ground, server.uuid, "resize", "VERIFY_RESIZE", {"flavorRef": larger.id})
    migration = servers.migrations(ground, server.uuid)[0]["uuid"]
    old = placement.held(ground, migration)
    servers.do(ground, server.uuid, "confirmResize", "ACTIVE")
    ground.wait(lambda: not placement.held(ground, migration), "the migration to let go")
    placement.hold_anew(ground, migration, old)
    found = lost("allocation_has_consumer", migration, server.host, server.amounts)
    return Planted((found,))
