"""Image stuck saving."""

from harness.selftest.ground import Ground
from harness.selftest.kind import LAB, Planted, leak, lost
from harness.selftest.steps import images


@leak("image_state_ends", "nothing_left_behind", needs=(LAB,))
def image_stuck_saving(ground: Ground) -> Planted:
    """Glance died while an image was uploaded: it is being saved for ever."""
    image = images.queue(ground, ground.name("image"))
    images.grow_old(ground, image, status="saving")
    rules = ("image_state_ends", "nothing_left_behind")
    return Planted(tuple(lost(rule, image, "", {}, "saving") for rule in rules))
