"""Build that never ends."""

from harness.selftest.ground import Ground
from harness.selftest.kind import LAB, Planted, leak, lost
from harness.selftest.steps import servers, tasks


@leak("task_state_ends", needs=(LAB,))
def build_that_never_ends(ground: Ground) -> Planted:
    """A server is building for years, and nobody works on it."""
    server = servers.boot(ground)
    tasks.stick(ground, server.uuid, vm_state="building", task_state="spawning")
    return Planted((lost("task_state_ends", server.uuid, server.host, server.amounts, "spawning"),))
