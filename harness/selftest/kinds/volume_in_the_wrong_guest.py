"""Volume in the wrong guest."""

from harness.selftest.ground import Ground
from harness.selftest.kind import LAB, VOLUMES, Planted, leak, lost
from harness.selftest.steps import domains, servers, volumes


@leak("domain_has_its_volumes", needs=(LAB, VOLUMES))
def volume_in_the_wrong_guest(ground: Ground) -> Planted:
    """A guest holds a volume that cinder would give to anybody."""
    volume, server = volumes.volume(ground), servers.boot(ground)
    domains.hold(ground, server.host, server.uuid, volume)
    words = (f"holds volume {volume}", "it is available, attached to no server")
    return Planted((lost("domain_has_its_volumes", server.uuid, server.host, {}, *words),))
