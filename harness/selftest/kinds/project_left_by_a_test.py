"""Project left by a test."""

from harness.core.rules.origin import Origin
from harness.selftest.ground import Ground
from harness.selftest.kind import Expected, Planted, leak
from harness.selftest.steps import identity, names


@leak("nothing_left_behind")
def project_left_by_a_test(ground: Ground) -> Planted:
    """A test class that is over left its project behind."""
    project = identity.project(ground, names.of_a_project())
    return Planted((Expected("nothing_left_behind", project, "", Origin.TEST_LEFT),))
