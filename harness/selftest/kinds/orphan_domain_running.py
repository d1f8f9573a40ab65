"""Orphan domain running."""

from harness.selftest.ground import Ground
from harness.selftest.kind import Planted, leak, lost
from harness.selftest.steps import domains


@leak("domain_has_server")
def orphan_domain_running(ground: Ground) -> Planted:
    """A domain of nova's runs on a host, and nova has never heard of its server."""
    host = ground.hosts[1]
    domain = domains.define(ground, host, starts=True)
    return Planted((lost("domain_has_server", domain, host, domains.AMOUNTS, "running"),))
