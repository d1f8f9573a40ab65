"""Allocation of nobody."""

import uuid

from harness.selftest.ground import Ground
from harness.selftest.kind import Planted, leak, lost
from harness.selftest.steps import placement


@leak("allocation_has_consumer")
def allocation_of_nobody(ground: Ground) -> Planted:
    """Placement holds an allocation of a consumer that never was."""
    consumer, host = str(uuid.uuid4()), ground.hosts[1]
    placement.hold_anew(ground, consumer, {placement.provider(ground, host): placement.OF_ONE})
    found = lost("allocation_has_consumer", consumer, host, placement.AMOUNTS_OF_ONE, "VCPU 1")
    return Planted((found,))
