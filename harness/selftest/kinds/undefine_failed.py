"""Undefine failed."""

from harness.core.rules.origin import Origin
from harness.selftest.ground import Ground
from harness.selftest.kind import Expected, Planted, leak
from harness.selftest.steps import domains, servers


@leak("no_server_in_error")
def undefine_failed(ground: Ground) -> Planted:
    """A delete failed half-way: the domain could not be undefined."""
    server = servers.boot(ground)
    domains.take_over(ground, server.host, server.uuid)
    domains.take_snapshot(ground, server.host, server.uuid)
    ground.ask("compute", "DELETE", f"/servers/{server.uuid}")
    servers.reach(ground, server.uuid, "ERROR")
    found = Expected("no_server_in_error", server.uuid, server.host, Origin.FOREIGN, server.amounts)
    return Planted((found,))
