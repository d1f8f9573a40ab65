"""Test server fits nowhere."""

from harness.core.origin import Origin
from harness.selftest.ground import Ground
from harness.selftest.kind import Expected, Planted, leak
from harness.selftest.steps import names, servers


@leak("no_server_in_error")
def test_server_fits_nowhere(ground: Ground) -> Planted:
    """A test's server found no host, and is left in ERROR."""
    huge = servers.flavor(ground, disk_gb=10**6)
    server, _name = servers.order(ground, huge, names.of_a_test("server"))
    servers.reach(ground, server, "ERROR")
    found = Expected("no_server_in_error", server, "", Origin.TEST_LEFT, words=("No valid host",))
    return Planted((found,))
