"""Directory taken away."""

from harness.selftest.ground import Ground
from harness.selftest.kind import LAB, Planted, leak, lost
from harness.selftest.steps import hosts, servers


@leak("server_has_directory", needs=(LAB,))
def directory_taken_away(ground: Ground) -> Planted:
    """The directory of a paused server, with its only disk, is not where nova has it."""
    server = servers.boot(ground)
    servers.do(ground, server.uuid, "pause", "PAUSED")
    hosts.take_away(ground, server.host, server.uuid)
    found = lost("server_has_directory", server.uuid, server.host, {}, "PAUSED", "none on any host")
    return Planted((found,))
