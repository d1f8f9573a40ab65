"""Active but paused."""

from harness.selftest.ground import Ground
from harness.selftest.kind import Planted, leak, lost
from harness.selftest.steps import domains, servers


@leak("power_state_is_true")
def active_but_paused(ground: Ground) -> Planted:
    """A server is ACTIVE, and its domain is paused: nova never puts that right."""
    server = servers.boot(ground)
    domains.suspend(ground, server.host, server.uuid)
    return Planted((lost("power_state_is_true", server.uuid, server.host, {}, "it is paused"),))
