"""Move that never ends."""

from harness.selftest.ground import Ground
from harness.selftest.kind import LAB, Planted, leak, lost
from harness.selftest.steps import moves, servers


@leak("migration_ends", needs=(LAB,))
def move_that_never_ends(ground: Ground) -> Planted:
    """A move of a server has been under way for years, and the server rests."""
    server = servers.boot(ground)
    migration = moves.resized(ground, server)
    servers.do(ground, server.uuid, "confirmResize", "ACTIVE")
    moves.set_status(ground, migration, "migrating")
    return Planted((lost("migration_ends", migration, server.host, {}, "nobody works on it"),))
