"""Directory on the wrong host."""

from harness.selftest.ground import Ground
from harness.selftest.kind import LAB, Planted, leak, lost
from harness.selftest.steps import hosts, servers


@leak("instance_directory_has_server", needs=(LAB,))
def directory_on_the_wrong_host(ground: Ground) -> Planted:
    """A server's directory lies on a second host, and nothing moves it."""
    server, other = servers.boot(ground), ground.hosts[1]
    hosts.directory(ground, other, server.uuid)
    found = lost("instance_directory_has_server", server.uuid, other, {}, server.host)
    return Planted((found,))
