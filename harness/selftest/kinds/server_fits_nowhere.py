"""Server fits nowhere."""

from harness.core.rules.origin import Origin
from harness.selftest.ground import Ground
from harness.selftest.kind import Expected, Planted, leak
from harness.selftest.steps import servers


@leak("no_server_in_error")
def server_fits_nowhere(ground: Ground) -> Planted:
    """A server found no host, and is left in ERROR."""
    server, _name = servers.order(ground, servers.flavor(ground, disk_gb=10**6))
    servers.reach(ground, server, "ERROR")
    found = Expected("no_server_in_error", server, "", Origin.FOREIGN, words=("No valid host",))
    return Planted((found,))
