"""Split brain running."""

from harness.selftest.ground import Ground
from harness.selftest.kind import Planted, leak, lost
from harness.selftest.steps import domains, servers


@leak("domain_on_one_host")
def split_brain_running(ground: Ground) -> Planted:
    """A server's domain runs on two hosts at once."""
    server, other = servers.boot(ground), ground.hosts[1]
    domains.define(ground, other, server.uuid, starts=True)
    found = lost("domain_on_one_host", server.uuid, other, domains.AMOUNTS, "running")
    return Planted((found,))
