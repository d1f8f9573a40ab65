"""Image without data."""

from harness.core.rules.origin import Origin
from harness.selftest.ground import Ground
from harness.selftest.kind import LAB, Expected, Planted, leak
from harness.selftest.steps import images, names


@leak("image_state_ends", "nothing_left_behind", needs=(LAB,))
def image_without_data(ground: Ground) -> Planted:
    """A test made an image years ago, and never gave it its data."""
    image = images.queue(ground, names.of_a_test("image"))
    images.grow_old(ground, image)
    rules = ("image_state_ends", "nothing_left_behind")
    return Planted(tuple(Expected(rule, image, "", Origin.TEST_LEFT) for rule in rules))
