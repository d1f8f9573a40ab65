"""Volume used by nobody."""

from harness.selftest.ground import Ground
from harness.selftest.kind import LAB, VOLUMES, Planted, leak, lost
from harness.selftest.steps import volumes


@leak("attachment_has_server", needs=(LAB, VOLUMES))
def volume_used_by_nobody(ground: Ground) -> Planted:
    """A volume is in use, and no attachment tells by whom."""
    volume = volumes.volume(ground)
    volumes.grow_old(ground, volume, "in-use")
    return Planted((lost("attachment_has_server", volume, "", {}, "in-use"),))
