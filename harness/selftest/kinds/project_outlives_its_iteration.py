"""Project outlives its iteration."""

from harness.core.rules.origin import Origin
from harness.selftest.ground import Ground
from harness.selftest.kind import Expected, Planted, leak
from harness.selftest.steps import identity, names


@leak("nothing_outlives_its_iteration", in_run=True)
def project_outlives_its_iteration(ground: Ground) -> Planted:
    """A test class of a run leaves its project behind."""
    project = identity.project(ground, names.of_a_project())
    rule = "nothing_outlives_its_iteration"
    return Planted((Expected(rule, project, "", Origin.TEST_LEFT),))
