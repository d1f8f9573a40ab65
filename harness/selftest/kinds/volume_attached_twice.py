"""Volume attached twice."""

from harness.selftest.ground import Ground
from harness.selftest.kind import VOLUMES, Planted, leak, lost
from harness.selftest.steps import servers, volumes


@leak("attachment_has_server", needs=(VOLUMES,))
def volume_attached_twice(ground: Ground) -> Planted:
    """A server has a volume, and cinder has a second attachment of the two."""
    volume, server = volumes.volume(ground), servers.boot(ground)
    volumes.attach(ground, server, volume)
    attachment = volumes.reserve(ground, volume, server.uuid)
    return Planted((lost("attachment_has_server", attachment, "", {}, "by another one"),))
