"""Provider without a node."""

from harness.selftest.ground import Ground
from harness.selftest.kind import Planted, leak, lost
from harness.selftest.steps import placement


@leak("provider_has_compute_node")
def provider_without_a_node(ground: Ground) -> Planted:
    """Placement has a compute node's resource provider that nova knows nothing of."""
    provider, _name = placement.new_provider(ground, {"VCPU": 2, "MEMORY_MB": 2048})
    return Planted((lost("provider_has_compute_node", provider, ""),))
