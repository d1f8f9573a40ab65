"""Provider without a node in use."""

import uuid

from harness.selftest.ground import Ground
from harness.selftest.kind import Planted, leak, lost
from harness.selftest.steps import placement


@leak("provider_has_compute_node", "allocation_has_consumer")
def provider_without_a_node_in_use(ground: Ground) -> Planted:
    """A deleted host's resource provider is still allocated from."""
    provider, name = placement.new_provider(ground, {"VCPU": 2, "MEMORY_MB": 2048})
    consumer, held = str(uuid.uuid4()), {"vcpus": 1, "memory_mb": 64}
    placement.hold_anew(ground, consumer, {provider: {"VCPU": 1, "MEMORY_MB": 64}})
    return Planted(
        (
            lost("provider_has_compute_node", provider, "", held, name),
            lost("allocation_has_consumer", consumer, "", held, name),
        )
    )
