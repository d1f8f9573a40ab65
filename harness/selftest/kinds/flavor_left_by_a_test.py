"""Flavor left by a test."""

from harness.core.rules.origin import Origin
from harness.selftest.ground import Ground
from harness.selftest.kind import Expected, Planted, leak
from harness.selftest.steps import names, servers


@leak("nothing_left_behind")
def flavor_left_by_a_test(ground: Ground) -> Planted:
    """A test that is over left its flavor behind."""
    left = servers.flavor(ground, name=names.of_a_test("flavor")).id
    return Planted((Expected("nothing_left_behind", left, "", Origin.TEST_LEFT),))
