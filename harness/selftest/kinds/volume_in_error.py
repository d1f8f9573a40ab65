"""Volume in error."""

from harness.core.rules.origin import Origin
from harness.selftest.ground import Ground
from harness.selftest.kind import VOLUMES, Expected, Planted, leak
from harness.selftest.steps import volumes


@leak("volume_state_ends", needs=(VOLUMES,))
def volume_in_error(ground: Ground) -> Planted:
    """Cinder gave up on a volume."""
    volume = volumes.volume(ground)
    volumes.set_state(ground, volume, "error")
    return Planted((Expected("volume_state_ends", volume, "", Origin.FOREIGN),))
