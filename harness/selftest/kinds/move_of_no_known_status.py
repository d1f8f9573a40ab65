"""Move of no known status."""

from harness.selftest.ground import Ground
from harness.selftest.kind import LAB, Planted, leak, lost
from harness.selftest.steps import rows, servers


@leak("unfinished_move_is_listed", needs=(LAB,))
def move_of_no_known_status(ground: Ground) -> Planted:
    """A move has a status that no nova gives, so that it never ends and nobody asks for it."""
    server = servers.boot(ground)
    move = rows.new_move(ground, server.uuid, server.host, ground.hosts[1], "stalled")
    return Planted((lost("unfinished_move_is_listed", move, server.host),))
