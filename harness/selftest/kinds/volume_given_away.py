"""Volume given away."""

from harness.selftest.ground import Ground
from harness.selftest.kind import VOLUMES, Planted, leak, lost
from harness.selftest.steps import servers, volumes


@leak("server_volume_has_attachment", needs=(VOLUMES,))
def volume_given_away(ground: Ground) -> Planted:
    """A server has a volume that cinder would give to somebody else."""
    volume, server = volumes.volume(ground), servers.boot(ground)
    volumes.attach(ground, server, volume)
    volumes.set_state(ground, volume, "available")
    return Planted(
        (lost("server_volume_has_attachment", volume, server.host, {}, "it is available"),)
    )
