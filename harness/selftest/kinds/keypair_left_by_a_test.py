"""Keypair left by a test."""

from harness.core.rules.origin import Origin
from harness.selftest.ground import Ground
from harness.selftest.kind import Expected, Planted, leak
from harness.selftest.steps import belongings, identity, names


@leak("nothing_left_behind")
def keypair_left_by_a_test(ground: Ground) -> Planted:
    """A test that is over left its user and the user's key pair behind."""
    user, name = identity.user(ground, names.of_a_test("user")), names.of_a_test("keypair")
    belongings.keypair(ground, name, user)
    rule = "nothing_left_behind"
    return Planted(
        (
            Expected(rule, user, "", Origin.TEST_LEFT),
            Expected(rule, f"{user}/{name}", "", Origin.TEST_LEFT),
        )
    )
