"""Image of an offloaded server lost."""

from harness.selftest.ground import Ground
from harness.selftest.kind import Planted, leak, lost
from harness.selftest.steps import images, servers


@leak("offloaded_server_has_image")
def image_of_an_offloaded_server_lost(ground: Ground) -> Planted:
    """Two servers are shelved and offloaded, and the image that one of them lies in is deleted."""
    kept, server = servers.boot(ground), servers.boot(ground)
    for one in (kept, server):
        servers.do(ground, one.uuid, "shelve", "SHELVED_OFFLOADED")
    images.image_is_gone.run(ground, f"{server.name}-shelved")
    found = lost("offloaded_server_has_image", server.uuid, "", {}, "a snapshot of it")
    return Planted((found,))
