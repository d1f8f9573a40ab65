"""Audit that is not saved."""

from harness.selftest.ground import Ground
from harness.selftest.kind import LAB, Planted, leak, lost
from harness.selftest.steps import placement, rows


@leak("compute_node_is_audited", needs=(LAB,))
def audit_that_is_not_saved(ground: Ground) -> Planted:
    """A host reports, and its compute node's row is of long ago."""
    host = ground.hosts[0]
    node = placement.provider(ground, host)
    rows.freeze_compute_node(ground, node)
    return Planted((lost("compute_node_is_audited", node, host),))
