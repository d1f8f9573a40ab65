"""Foreign domain."""

from harness.core.rules.origin import Origin
from harness.selftest.ground import Ground
from harness.selftest.kind import Expected, Planted, leak
from harness.selftest.steps import domains


@leak("domain_has_server")
def foreign_domain(ground: Ground) -> Planted:
    """A domain that nova never made runs on a compute host."""
    host = ground.hosts[1]
    domain = domains.define(ground, host, novas=False, starts=True)
    found = Expected("domain_has_server", domain, host, Origin.FOREIGN, domains.AMOUNTS)
    return Planted((found,))
