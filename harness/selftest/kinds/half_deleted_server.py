"""Half deleted server."""

from functools import partial

from harness.selftest.ground import Ground
from harness.selftest.kind import LAB, Planted, leak, lost
from harness.selftest.steps import domains, placement, servers, services, tasks


@leak("deleted_server_is_gone", heals="the start of nova-compute", needs=(LAB,))
def half_deleted_server(ground: Ground) -> Planted:
    """nova-compute died after a delete and before its row was gone: it is listed for ever."""
    server = servers.boot(ground)
    domains.erase(ground, server.host, server.uuid)
    servers.loses_power(ground, server.uuid)
    placement.hold_instead(ground, server.uuid, {})
    tasks.stick(ground, server.uuid, vm_state="deleted")
    return Planted(
        (lost("deleted_server_is_gone", server.uuid, server.host, {}, "DELETED"),),
        partial(services.restart_compute, ground, server.host),
    )
