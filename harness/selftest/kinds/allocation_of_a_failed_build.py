"""Allocation of a failed build."""

from harness.core.rules.origin import Origin
from harness.selftest.ground import Ground
from harness.selftest.kind import Expected, Planted, leak, lost
from harness.selftest.steps import placement, servers


@leak("allocation_equals_flavor", "no_server_in_error")
def allocation_of_a_failed_build(ground: Ground) -> Planted:
    """A server failed before it had a host, and placement holds room for it."""
    huge, host = servers.flavor(ground, disk_gb=10**6), ground.hosts[0]
    server, _name = servers.order(ground, huge)
    servers.reach(ground, server, "ERROR")
    placement.hold_anew(ground, server, {placement.provider(ground, host): placement.OF_ONE})
    return Planted(
        (
            lost("allocation_equals_flavor", server, host, placement.AMOUNTS_OF_ONE, "on no host"),
            Expected("no_server_in_error", server, "", Origin.FOREIGN),
        )
    )
