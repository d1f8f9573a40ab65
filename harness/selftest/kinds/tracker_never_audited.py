"""Tracker never audited."""

from harness.selftest.ground import Ground
from harness.selftest.kind import LAB, Planted, leak, lost
from harness.selftest.steps import services, tracker


@leak("tracker_equals_flavors", needs=(LAB,))
def tracker_never_audited(ground: Ground) -> Planted:
    """A host's tracker counts too much memory, and no audit comes."""
    host = ground.hosts[1]
    services.freeze_compute(ground, host)
    tracker.shift(ground, host, "memory_mb_used", 512)
    return Planted((lost("tracker_equals_flavors", host, host, {"memory_mb": 512}, "+512"),))
