"""Evacuated while it ran."""

from functools import partial

from harness.selftest.ground import Ground
from harness.selftest.kind import LAB, Planted, leak, lost
from harness.selftest.steps import domains, servers, services


@leak("domain_on_one_host", "service_reports", heals="the start of nova-compute", needs=(LAB,))
def evacuated_while_it_ran(ground: Ground) -> Planted:
    """A server is evacuated from a host that was only thought dead: it runs twice."""
    server, other = servers.boot(ground), ground.hosts[1]
    domains.take_over(ground, server.host, server.uuid)
    silent = services.kill_compute(ground, server.host)
    servers.act(ground, server.uuid, "evacuate", {"host": other})
    servers.lands(ground, server.uuid, other)
    amounts = {"vcpus": server.flavor.vcpus, "memory_mb": server.flavor.memory_mb}
    return Planted(
        (lost("domain_on_one_host", server.uuid, server.host, amounts, "running"), silent),
        partial(services.start_compute, ground, server.host),
    )
