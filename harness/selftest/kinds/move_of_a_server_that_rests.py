"""Move of a server that rests."""

from harness.selftest.ground import Ground
from harness.selftest.kind import LAB, Planted, leak, lost
from harness.selftest.steps import moves, servers, tasks


@leak(
    "migration_ends",
    "allocation_has_consumer",
    "domain_on_one_host",
    "instance_directory_has_server",
    needs=(LAB,),
)
def move_of_a_server_that_rests(ground: Ground) -> Planted:
    """A resize waits to be confirmed, and its server does not know of it any more."""
    server = servers.boot(ground)
    migration = moves.resized(ground, server)
    tasks.stick(ground, server.uuid, vm_state="active")
    host = server.host
    return Planted(
        (
            lost("migration_ends", migration, host, server.amounts, "waits for no confirmation"),
            lost("allocation_has_consumer", migration, host, server.amounts, "finished"),
            lost("domain_on_one_host", server.uuid, host, {}, "shut off"),
            lost("instance_directory_has_server", f"{server.uuid}_resize", host),
        )
    )
