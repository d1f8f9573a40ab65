"""Backing file missing."""

from harness.selftest.ground import Ground
from harness.selftest.kind import LAB, Planted, leak, lost
from harness.selftest.steps import hosts, servers


@leak("backing_file_is_there", needs=(LAB,))
def backing_file_missing(ground: Ground) -> Planted:
    """A stopped server's disk rests on a file that is not there."""
    server = servers.boot(ground)
    servers.do(ground, server.uuid, "os-stop", "SHUTOFF")
    place = hosts.rest_on(ground, server.host, server.uuid, f"_base/{'0' * 40}")
    found = lost("backing_file_is_there", place, server.host, {}, "which is not there")
    return Planted((found,))
