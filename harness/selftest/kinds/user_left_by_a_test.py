"""User left by a test."""

from harness.core.rules.origin import Origin
from harness.selftest.ground import Ground
from harness.selftest.kind import Expected, Planted, leak
from harness.selftest.steps import identity, names


@leak("nothing_left_behind")
def user_left_by_a_test(ground: Ground) -> Planted:
    """A test that is over left its user behind."""
    left = identity.user(ground, names.of_a_test("user"))
    return Planted((Expected("nothing_left_behind", left, "", Origin.TEST_LEFT),))
