"""Security group left by a test."""

from harness.core.rules.origin import Origin
from harness.selftest.ground import Ground
from harness.selftest.kind import Expected, Planted, leak
from harness.selftest.steps import names, networks


@leak("nothing_left_behind")
def security_group_left_by_a_test(ground: Ground) -> Planted:
    """A test that is over left its security group behind."""
    security_group = networks.security_group(ground, names.of_a_test("securitygroup"))
    return Planted((Expected("nothing_left_behind", security_group, "", Origin.TEST_LEFT),))
