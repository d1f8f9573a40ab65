"""Tracker counts too many cpus."""

from functools import partial

from harness.selftest.ground import Ground
from harness.selftest.kind import LAB, Planted, leak, lost
from harness.selftest.steps import services, tracker


@leak("tracker_equals_flavors", "service_reports", heals="the audit", needs=(LAB,))
def tracker_counts_too_many_cpus(ground: Ground) -> Planted:
    """A host's tracker counts more CPUs than its servers have."""
    host = ground.hosts[1]
    silent = services.kill_compute(ground, host)
    tracker.shift(ground, host, "vcpus_used", 7)
    return Planted(
        (lost("tracker_equals_flavors", host, host, {"vcpus": 7}, "+7"), silent),
        partial(services.start_compute, ground, host),
    )
