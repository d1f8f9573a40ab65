"""Port outlives its iteration."""

from harness.core.rules.origin import Origin
from harness.selftest.ground import Ground
from harness.selftest.kind import Expected, Planted, leak
from harness.selftest.steps import names, networks


@leak("nothing_outlives_its_iteration", in_run=True)
def port_outlives_its_iteration(ground: Ground) -> Planted:
    """A test of a run leaves its port behind."""
    port = networks.port(ground, names.of_a_run(ground.prefix, "port"))
    rule = "nothing_outlives_its_iteration"
    return Planted((Expected(rule, port, "", Origin.TEST_LEFT),))
