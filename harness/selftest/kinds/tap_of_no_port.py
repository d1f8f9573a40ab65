"""Tap of no port."""

import uuid

from harness.selftest.ground import Ground
from harness.selftest.kind import LAB, Planted, leak, lost
from harness.selftest.steps import hosts


@leak("interface_has_port", needs=(LAB,))
def tap_of_no_port(ground: Ground) -> Planted:
    """A host has a tap that is named after a port that neutron never had."""
    host, start = ground.hosts[1], str(uuid.uuid4())[:11]
    hosts.tap(ground, host, f"tap{start}")
    return Planted((lost("interface_has_port", start, host, {}, "neutron lists none"),))
