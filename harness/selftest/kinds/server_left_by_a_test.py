"""Server left by a test."""

from harness.core.rules.origin import Origin
from harness.selftest.ground import Ground
from harness.selftest.kind import Expected, Planted, leak
from harness.selftest.steps import names, servers


@leak("nothing_left_behind")
def server_left_by_a_test(ground: Ground) -> Planted:
    """A test that is over left its server behind."""
    server = servers.boot(ground, name=names.of_a_test("server"))
    rule = "nothing_left_behind"
    found = Expected(rule, server.uuid, server.host, Origin.TEST_LEFT, server.amounts)
    return Planted((found,))
