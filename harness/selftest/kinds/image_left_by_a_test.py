"""Image left by a test."""

from harness.core.rules.origin import Origin
from harness.selftest.ground import Ground
from harness.selftest.kind import Expected, Planted, leak
from harness.selftest.steps import images, names, servers


@leak("nothing_left_behind")
def image_left_by_a_test(ground: Ground) -> Planted:
    """A test that is over left its image behind."""
    server = servers.boot(ground)
    left = images.snapshot(ground, server.uuid, names.of_a_test("image"))
    return Planted((Expected("nothing_left_behind", left, "", Origin.TEST_LEFT),))
