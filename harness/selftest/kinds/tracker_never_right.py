"""Tracker never right."""

from harness.selftest.ground import Ground
from harness.selftest.kind import LAB, Planted, leak, lost
from harness.selftest.steps import tracker


@leak("tracker_equals_flavors", needs=(LAB,))
def tracker_never_right(ground: Ground) -> Planted:
    """A host's tracker counts too much memory, and no audit puts it right."""
    host = ground.hosts[1]
    tracker.keep_wrong(ground, host, "memory_mb_used", 512)
    return Planted((lost("tracker_equals_flavors", host, host, {"memory_mb": 512}, "+512"),))
