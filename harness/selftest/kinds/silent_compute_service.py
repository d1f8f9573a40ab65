"""Silent compute service."""

from functools import partial

from harness.selftest.ground import Ground
from harness.selftest.kind import LAB, Planted, leak
from harness.selftest.steps import services


@leak("service_reports", heals="its start", needs=(LAB,))
def silent_compute_service(ground: Ground) -> Planted:
    """nova-compute of a host is dead, and nobody has noticed."""
    host = ground.hosts[1]
    silent = services.kill_compute(ground, host)
    return Planted((silent,), partial(services.start_compute, ground, host))
