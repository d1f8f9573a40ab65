"""Volume missing in its guest."""

from harness.selftest.ground import Ground
from harness.selftest.kind import LAB, VOLUMES, Planted, leak, lost
from harness.selftest.steps import domains, servers, volumes


@leak("domain_has_its_volumes", needs=(LAB, VOLUMES))
def volume_missing_in_its_guest(ground: Ground) -> Planted:
    """A guest has lost a volume that nova and cinder say is attached to it."""
    volume, server = volumes.volume(ground), servers.boot(ground)
    volumes.attach(ground, server, volume)
    domains.let_go(ground, server.host, server.uuid, volume)
    words = (f"lacks volume {volume}", f"it is in-use, attached to {server.uuid}")
    return Planted((lost("domain_has_its_volumes", server.uuid, server.host, {}, *words),))
