"""Domain of an offloaded server."""

from harness.selftest.ground import Ground
from harness.selftest.kind import Planted, leak, lost
from harness.selftest.steps import domains, servers


@leak("domain_has_server")
def domain_of_an_offloaded_server(ground: Ground) -> Planted:
    """A server is shelved and offloaded, and its domain is still on the host."""
    server = servers.boot(ground)
    servers.do(ground, server.uuid, "shelve", "SHELVED_OFFLOADED")
    domains.define(ground, server.host, server.uuid)
    return Planted((lost("domain_has_server", server.uuid, server.host, {}, "SHELVED_OFFLOADED"),))
