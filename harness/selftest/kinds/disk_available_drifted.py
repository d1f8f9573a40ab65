"""Disk available drifted."""

from harness.selftest.ground import Ground
from harness.selftest.kind import LAB, Planted, leak, lost
from harness.selftest.steps import tracker


@leak("disk_available_is_true", needs=(LAB,))
def disk_available_drifted(ground: Ground) -> Planted:
    """Nova says that a host has much more disk left than it has, at every audit."""
    host = ground.hosts[1]
    tracker.keep_wrong(ground, host, "disk_available_least", 1000)
    return Planted((lost("disk_available_is_true", host, host, {}, "expected about"),))
