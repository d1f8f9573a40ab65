"""Port left by a test."""

from harness.core.rules.origin import Origin
from harness.selftest.ground import Ground
from harness.selftest.kind import Expected, Planted, leak
from harness.selftest.steps import names, networks


@leak("nothing_left_behind")
def port_left_by_a_test(ground: Ground) -> Planted:
    """A test that is over left its port behind."""
    port = networks.port(ground, names.of_a_test("port"))
    return Planted((Expected("nothing_left_behind", port, "", Origin.TEST_LEFT),))
