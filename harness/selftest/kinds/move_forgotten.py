"""Move forgotten."""

from harness.core.rules.origin import Origin
from harness.selftest.ground import Ground
from harness.selftest.kind import LAB, Expected, Planted, leak
from harness.selftest.steps import moves, servers


@leak("migration_ends", needs=(LAB,))
def move_forgotten(ground: Ground) -> Planted:
    """A resize has waited for years to be confirmed, and holds its old room."""
    server = servers.boot(ground)
    migration = moves.resized(ground, server)
    moves.set_status(ground, migration, "finished")
    found = Expected(
        "migration_ends", migration, server.host, Origin.FOREIGN, server.amounts, ("has waited",)
    )
    return Planted((found,))
