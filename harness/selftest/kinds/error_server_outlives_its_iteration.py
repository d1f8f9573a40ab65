"""Error server outlives its iteration."""

from harness.core.rules.origin import Origin
from harness.selftest.ground import Ground
from harness.selftest.kind import Expected, Planted, leak
from harness.selftest.steps import names, servers


@leak("no_server_in_error", "nothing_outlives_its_iteration", in_run=True)
def error_server_outlives_its_iteration(ground: Ground) -> Planted:
    """A test of a run leaves its server behind, in ERROR."""
    huge, name = servers.flavor(ground, disk_gb=10**6), names.of_a_run(ground.prefix, "server")
    server, _name = servers.order(ground, huge, name)
    servers.reach(ground, server, "ERROR")
    return Planted(
        (
            Expected("no_server_in_error", server, "", Origin.TEST_LEFT),
            Expected("nothing_outlives_its_iteration", server, "", Origin.TEST_LEFT),
        )
    )
