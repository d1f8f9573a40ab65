"""Deleted while its host was down."""

from functools import partial

from harness.selftest.ground import Ground
from harness.selftest.kind import LAB, Planted, leak, lost
from harness.selftest.steps import domains, servers, services


@leak(
    "domain_has_server",
    "instance_directory_has_server",
    "tracker_equals_flavors",
    "service_reports",
    heals="the start of nova-compute",
    needs=(LAB,),
)
def deleted_while_its_host_was_down(ground: Ground) -> Planted:
    """A server is deleted while nova-compute is down: its domain runs on."""
    server = servers.boot(ground)
    host = server.host
    domains.take_over(ground, host, server.uuid)
    silent = services.kill_compute(ground, host)
    ground.ask("compute", "DELETE", f"/servers/{server.uuid}")
    ground.wait(lambda: servers.show(ground, server.uuid) is None, "the API to forget the server")
    amounts = {"vcpus": server.flavor.vcpus, "memory_mb": server.flavor.memory_mb}
    return Planted(
        (
            lost("domain_has_server", server.uuid, host, amounts, "running"),
            lost("instance_directory_has_server", server.uuid, host),
            lost("tracker_equals_flavors", host, host, server.amounts, "does not report"),
            silent,
        ),
        partial(services.start_compute, ground, host),
    )
