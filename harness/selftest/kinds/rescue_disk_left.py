"""Rescue disk left."""

from harness.selftest.ground import Ground
from harness.selftest.kind import LAB, Planted, leak, lost
from harness.selftest.steps import hosts, servers


@leak("disk_has_server", needs=(LAB,))
def rescue_disk_left(ground: Ground) -> Planted:
    """The disk of a rescue is there, and the server runs as ever."""
    server = servers.boot(ground)
    place = hosts.disk(ground, server.host, f"{server.uuid}/disk.rescue")
    return Planted((lost("disk_has_server", place, server.host, {}, "is for a rescue"),))
