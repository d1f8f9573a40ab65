"""Server in error."""

from harness.core.rules.origin import Origin
from harness.selftest.ground import Ground
from harness.selftest.kind import Expected, Planted, leak
from harness.selftest.steps import servers


@leak("no_server_in_error")
def server_in_error(ground: Ground) -> Planted:
    """A server that somebody made is in ERROR."""
    server = servers.boot(ground)
    servers.act(ground, server.uuid, "os-resetState", {"state": "error"})
    found = Expected("no_server_in_error", server.uuid, server.host, Origin.FOREIGN, server.amounts)
    return Planted((found,))
