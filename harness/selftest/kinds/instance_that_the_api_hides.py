"""Instance that the API hides."""

from harness.selftest.ground import Ground
from harness.selftest.kind import LAB, Planted, leak, lost
from harness.selftest.steps import database, servers


@leak("instance_is_server", needs=(LAB,))
def instance_that_the_api_hides(ground: Ground) -> Planted:
    """A server's row is hidden, as that of a move between cells, and no list shows it."""
    server, _name = servers.order(ground, servers.flavor(ground, disk_gb=10**6))
    servers.reach(ground, server, "ERROR")
    database.change(ground, "instances", {"uuid": server}, {"hidden": 1}, "nova_cell0")
    return Planted((lost("instance_is_server", server, ""),))
