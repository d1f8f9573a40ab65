"""Backing file elsewhere."""

from harness.selftest.ground import Ground
from harness.selftest.kind import LAB, Planted, leak, lost
from harness.selftest.steps import hosts, servers


@leak("backing_file_is_there", needs=(LAB,))
def backing_file_elsewhere(ground: Ground) -> Planted:
    """A stopped server's disk rests on a file outside of nova's image cache."""
    server = servers.boot(ground)
    servers.do(ground, server.uuid, "os-stop", "SHUTOFF")
    name = hosts.file(ground, server.host, f"{hosts.INSTANCES}/snapshots", ground.name("copy"))
    place = hosts.rest_on(ground, server.host, server.uuid, f"snapshots/{name}")
    return Planted((lost("backing_file_is_there", place, server.host, {}, "expected one in"),))
