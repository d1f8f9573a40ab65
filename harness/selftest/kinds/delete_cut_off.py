"""Delete cut off."""

from functools import partial

from harness.selftest.ground import Ground
from harness.selftest.kind import LAB, Planted, leak, lost
from harness.selftest.steps import servers, services, tasks


@leak("task_state_ends", "service_reports", heals="the start of nova-compute", needs=(LAB,))
def delete_cut_off(ground: Ground) -> Planted:
    """nova-compute is killed in the middle of a delete."""
    server = servers.boot(ground)
    tasks.forget_remains(ground, server.uuid)
    service = services.compute(ground, server.host)
    services.freeze(ground, [service])
    ground.ask("compute", "DELETE", f"/servers/{server.uuid}")
    ground.wait(lambda: servers.task(ground, server.uuid) == "deleting", "the delete to begin")
    silent = services.kill_compute(ground, server.host)
    return Planted(
        (
            lost("task_state_ends", server.uuid, server.host, server.amounts, "does not report"),
            silent,
        ),
        partial(services.start_compute, ground, server.host),
    )
