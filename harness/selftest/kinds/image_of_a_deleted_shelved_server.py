"""Image of a deleted shelved server."""

from harness.selftest.ground import Ground
from harness.selftest.kind import Planted, leak, lost
from harness.selftest.steps import images, servers


@leak("shelved_image_has_server")
def image_of_a_deleted_shelved_server(ground: Ground) -> Planted:
    """A shelved server was deleted, and the image that held it is still there."""
    server = servers.boot(ground)
    image = images.snapshot(ground, server.uuid, f"{server.name}-shelved")
    servers.server_is_gone.run(ground, server.name)
    return Planted((lost("shelved_image_has_server", image, "", {}, "is deleted"),))
