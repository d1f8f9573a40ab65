"""Deleted row domain alive."""

from functools import partial

from harness.selftest.ground import Ground
from harness.selftest.kind import LAB, Planted, leak, lost
from harness.selftest.steps import domains, servers, services, tasks


@leak(
    "domain_has_server",
    "instance_directory_has_server",
    heals="the reaper",
    within=180,
    needs=(LAB,),
)
def deleted_row_domain_alive(ground: Ground) -> Planted:
    """A server's row is deleted in the database, and its domain runs on."""
    server = servers.boot(ground)
    host = server.host
    services.wait_for_first_tasks(ground, host)
    domains.take_over(ground, host, server.uuid)
    tasks.delete_row(ground, server.uuid)
    amounts = {"vcpus": server.flavor.vcpus, "memory_mb": server.flavor.memory_mb}
    return Planted(
        (
            lost("domain_has_server", server.uuid, host, amounts),
            lost("instance_directory_has_server", server.uuid, host),
        ),
        partial(services.restart_compute, ground, host),
    )
