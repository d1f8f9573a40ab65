"""Server outlives its iteration."""

from harness.core.rules.origin import Origin
from harness.selftest.ground import Ground
from harness.selftest.kind import Expected, Planted, leak
from harness.selftest.steps import names, servers


@leak("nothing_outlives_its_iteration", in_run=True)
def server_outlives_its_iteration(ground: Ground) -> Planted:
    """A test of a run leaves its server behind."""
    server = servers.boot(ground, name=names.of_a_run(ground.prefix, "server"))
    rule = "nothing_outlives_its_iteration"
    found = Expected(rule, server.uuid, server.host, Origin.TEST_LEFT, server.amounts)
    return Planted((found,))
