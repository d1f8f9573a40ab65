"""Silent scheduler."""

from functools import partial

from harness.selftest.ground import Ground
from harness.selftest.kind import LAB, Planted, leak
from harness.selftest.steps import services


@leak("service_reports", heals="its start", needs=(LAB,))
def silent_scheduler(ground: Ground) -> Planted:
    """nova's scheduler is dead."""
    name = "nova-scheduler"
    host = services.host_of(ground, name)
    services.kill(ground, [name])
    silent = services.look_dead(ground, name, host)
    return Planted((silent,), partial(services.start, ground, [name]))
