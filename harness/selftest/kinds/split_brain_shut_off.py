"""Split brain shut off."""

from harness.selftest.ground import Ground
from harness.selftest.kind import Planted, leak, lost
from harness.selftest.steps import domains, servers


@leak("domain_on_one_host")
def split_brain_shut_off(ground: Ground) -> Planted:
    """A server's domain lies shut off on a second host, without any move."""
    server, other = servers.boot(ground), ground.hosts[1]
    domains.define(ground, other, server.uuid)
    return Planted((lost("domain_on_one_host", server.uuid, other, {}, "shut off"),))
