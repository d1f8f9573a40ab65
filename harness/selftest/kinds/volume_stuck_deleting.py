"""Volume stuck deleting."""

from harness.selftest.ground import Ground
from harness.selftest.kind import LAB, VOLUMES, Planted, leak, lost
from harness.selftest.steps import volumes


@leak("volume_state_ends", "nothing_left_behind", needs=(LAB, VOLUMES))
def volume_stuck_deleting(ground: Ground) -> Planted:
    """A volume is being deleted for years, and nobody works on it."""
    volume = volumes.volume(ground)
    volumes.grow_old(ground, volume, "deleting")
    rules = ("volume_state_ends", "nothing_left_behind")
    return Planted(tuple(lost(rule, volume, "", {}, "deleting") for rule in rules))
