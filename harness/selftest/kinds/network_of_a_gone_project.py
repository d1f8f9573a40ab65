"""Network of a gone project."""

import uuid

from harness.core.origin import Origin
from harness.selftest.ground import Ground
from harness.selftest.kind import Expected, Planted, leak
from harness.selftest.steps import networks


@leak("nothing_left_behind")
def network_of_a_gone_project(ground: Ground) -> Planted:
    """A network is still there, and its project is gone."""
    project = uuid.uuid4().hex
    left = networks.new_network(ground, ground.name("network"), project)
    found = Expected("nothing_left_behind", left, "", Origin.UNKNOWN, words=(project,))
    return Planted((found,))
