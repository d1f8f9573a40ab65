"""Deleted as its resize ended."""

from harness.selftest.ground import Ground
from harness.selftest.kind import LAB, Planted, leak, lost
from harness.selftest.steps import domains, hosts, moves, placement, servers, tasks


@leak(
    "allocation_has_consumer",
    "domain_has_server",
    "instance_directory_has_server",
    needs=(LAB,),
)
def deleted_as_its_resize_ended(ground: Ground) -> Planted:
    """A server is deleted in the last step of its resize: the source keeps all it kept for it.

    The migration is finished then and the server not yet RESIZED, so that the API confirms nothing
    (nova/compute/api.py: _delete), and what clears up after failed moves looks for those in error
    (nova/compute/manager.py: _cleanup_incomplete_migrations).
    """
    server = servers.boot(ground)
    host = server.host
    domains.take_over(ground, host, server.uuid)
    kept = hosts.take_over(ground, host, f"{server.uuid}_resize")
    migration = moves.resized(ground, server)
    placement.take_over(ground, migration)
    tasks.stick(ground, server.uuid, vm_state="active", task_state="resize_finish")
    ground.ask("compute", "DELETE", f"/servers/{server.uuid}")
    ground.wait(lambda: servers.show(ground, server.uuid) is None, "the API to forget the server")
    return Planted(
        (
            lost("allocation_has_consumer", migration, host, server.amounts, "finished"),
            lost("domain_has_server", server.uuid, host, {}, "shut off"),
            lost("instance_directory_has_server", kept, host),
        )
    )
