"""Deleted row domain alive."""

from harness.selftest.ground import Ground
from harness.selftest.kind import LAB, Planted, leak, lost
from harness.selftest.steps import database, domains, servers, services


@leak("domain_has_server", heals="the reaper", needs=(LAB,))
def deleted_row_domain_alive(ground: Ground) -> Planted:
    """A server's row is deleted in the database, and its domain runs on."""
    server = servers.boot(ground)
    host = server.host
    domains.take_over(ground, host, server.uuid)
    row = database.select(ground, database.CELL, "instances", {"uuid": server.uuid}, ("id",))[0][
        "id"
    ]
    database.write(
        ground,
        "instances",
        {"uuid": server.uuid},
        {"deleted": row, "deleted_at": database.LONG_AGO, "vm_state": "deleted"},
    )
    amounts = {"vcpus": server.flavor.vcpus, "memory_mb": server.flavor.memory_mb}

    def reap() -> None:
        services.kill(ground, [services.compute(ground, host)])
        services.start_compute(ground, host)

    return Planted((lost("domain_has_server", server.uuid, host, amounts),), reap)
