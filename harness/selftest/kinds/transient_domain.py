"""Transient domain."""

from harness.selftest.ground import Ground
from harness.selftest.kind import Planted, leak, lost
from harness.selftest.steps import domains, servers


@leak("domain_is_persistent")
def transient_domain(ground: Ground) -> Planted:
    """A server's domain runs and is not defined: its next stop takes it away."""
    server = servers.boot(ground)
    domains.undefine(ground, server.host, server.uuid)
    return Planted(
        (lost("domain_is_persistent", server.uuid, server.host, server.amounts, "transient"),)
    )
