"""Resize directory left."""

from harness.selftest.ground import Ground
from harness.selftest.kind import LAB, Planted, leak, lost
from harness.selftest.steps import hosts, servers


@leak("instance_directory_has_server", needs=(LAB,))
def resize_directory_left(ground: Ground) -> Planted:
    """What a resize keeps to go back to is there, and the server rests."""
    server = servers.boot(ground)
    name = hosts.directory(ground, server.host, f"{server.uuid}_resize")
    found = lost("instance_directory_has_server", name, server.host, {}, "a resize of it")
    return Planted((found,))
