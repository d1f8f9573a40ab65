"""Compute node without a service."""

from harness.selftest.ground import Ground
from harness.selftest.kind import LAB, Planted, leak, lost
from harness.selftest.steps import rows


@leak("compute_node_is_hypervisor", needs=(LAB,))
def compute_node_without_a_service(ground: Ground) -> Planted:
    """A compute node's row has outlived its service, and no API shows it."""
    node, host = rows.new_compute_node(ground)
    return Planted((lost("compute_node_is_hypervisor", node, host),))
