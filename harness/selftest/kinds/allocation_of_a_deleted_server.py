"""Allocation of a deleted server."""

from functools import partial

from harness.selftest.ground import Ground
from harness.selftest.kind import LAB, Planted, leak, lost
from harness.selftest.steps import placement, servers, services


@leak("allocation_has_consumer", "service_reports", heals="the audit", needs=(LAB,))
def allocation_of_a_deleted_server(ground: Ground) -> Planted:
    """Placement still holds the allocation of a deleted server."""
    server = servers.boot(ground)
    parts = placement.held(ground, server.uuid)
    servers.server_is_gone.run(ground, server.name)
    silent = services.kill_compute(ground, server.host)
    placement.hold_anew(ground, server.uuid, parts)
    return Planted(
        (lost("allocation_has_consumer", server.uuid, server.host, server.amounts), silent),
        partial(services.start_compute, ground, server.host),
    )
