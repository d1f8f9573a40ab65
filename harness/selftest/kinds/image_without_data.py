"""Image without data."""

from harness.core.origin import Origin
from harness.selftest.ground import Ground
from harness.selftest.kind import LAB, Expected, Planted, leak
from harness.selftest.steps import images


@leak("image_state_ends", needs=(LAB,))
def image_without_data(ground: Ground) -> Planted:
    """An image was made years ago, and nobody ever gave it its data."""
    image = images.queue(ground, ground.name("image"))
    images.grow_old(ground, image)
    return Planted((Expected("image_state_ends", image, "", Origin.FOREIGN),))
