"""Ghost server."""

from harness.selftest.ground import Ground
from harness.selftest.kind import Planted, leak, lost
from harness.selftest.steps import domains, servers


@leak("server_has_domain")
def ghost_server(ground: Ground) -> Planted:
    """A server is ACTIVE, and its domain is gone."""
    server = servers.boot(ground)
    domains.erase(ground, server.host, server.uuid)
    return Planted((lost("server_has_domain", server.uuid, server.host, server.amounts, "ACTIVE"),))
