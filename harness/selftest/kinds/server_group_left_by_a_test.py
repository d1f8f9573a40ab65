"""Server group left by a test."""

from harness.core.rules.origin import Origin
from harness.selftest.ground import Ground
from harness.selftest.kind import Expected, Planted, leak
from harness.selftest.steps import belongings, names


@leak("nothing_left_behind")
def server_group_left_by_a_test(ground: Ground) -> Planted:
    """A test that is over left its server group behind."""
    left = belongings.server_group(ground, names.of_a_test("Server-Group"))
    return Planted((Expected("nothing_left_behind", left, "", Origin.TEST_LEFT),))
