"""Tracker counts too little disk."""

from functools import partial

from harness.selftest.ground import Ground
from harness.selftest.kind import LAB, Planted, leak, lost
from harness.selftest.steps import services, tracker


@leak("tracker_equals_flavors", "service_reports", heals="the audit", needs=(LAB,))
def tracker_counts_too_little_disk(ground: Ground) -> Planted:
    """A host's tracker counts less disk than its servers have."""
    host = ground.hosts[1]
    silent = services.kill_compute(ground, host)
    tracker.shift(ground, host, "local_gb_used", -3)
    return Planted(
        (lost("tracker_equals_flavors", host, host, {}, "-3"), silent),
        partial(services.start_compute, ground, host),
    )
