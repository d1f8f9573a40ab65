"""Image of an unshelved server."""

from harness.selftest.ground import Ground
from harness.selftest.kind import Planted, leak, lost
from harness.selftest.steps import images, servers


@leak("shelved_image_has_server")
def image_of_an_unshelved_server(ground: Ground) -> Planted:
    """A server was unshelved, and the image that held it meanwhile is still there."""
    server = servers.boot(ground)
    image = images.snapshot(ground, server.uuid, f"{server.name}-shelved")
    return Planted((lost("shelved_image_has_server", image, "", {}, "is active"),))
