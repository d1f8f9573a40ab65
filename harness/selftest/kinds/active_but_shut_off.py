"""Active but shut off."""

from functools import partial

from harness.selftest.ground import Ground
from harness.selftest.kind import LAB, Planted, leak, lost
from harness.selftest.steps import domains, servers, services


@leak("power_state_is_true", heals="nova's power sync", needs=(LAB,))
def active_but_shut_off(ground: Ground) -> Planted:
    """A server is ACTIVE, and its domain is shut off."""
    server = servers.boot(ground)
    services.freeze_compute(ground, server.host)
    domains.destroy(ground, server.host, server.uuid)
    return Planted(
        (lost("power_state_is_true", server.uuid, server.host, {}, "it is shut off"),),
        partial(services.go_on_compute, ground, server.host),
    )
