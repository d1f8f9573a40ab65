"""Task stuck deleting."""

from harness.selftest.ground import Ground
from harness.selftest.kind import LAB, Planted, leak, lost
from harness.selftest.steps import servers, tasks


@leak("task_state_ends", needs=(LAB,))
def task_stuck_deleting(ground: Ground) -> Planted:
    """A server is being deleted for years, and nobody works on it."""
    server = servers.boot(ground)
    tasks.stick(ground, server.uuid, task_state="deleting")
    return Planted((lost("task_state_ends", server.uuid, server.host, server.amounts, "deleting"),))
