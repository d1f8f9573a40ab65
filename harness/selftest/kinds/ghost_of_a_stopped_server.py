"""Ghost of a stopped server."""

from harness.selftest.ground import Ground
from harness.selftest.kind import Planted, leak, lost
from harness.selftest.steps import domains, servers


@leak("server_has_domain")
def ghost_of_a_stopped_server(ground: Ground) -> Planted:
    """A server is SHUTOFF, and its domain is gone."""
    server = servers.boot(ground)
    servers.do(ground, server.uuid, "os-stop", "SHUTOFF")
    domains.erase(ground, server.host, server.uuid)
    return Planted(
        (lost("server_has_domain", server.uuid, server.host, server.amounts, "SHUTOFF"),)
    )
