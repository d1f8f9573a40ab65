"""Task stuck uploading."""

from harness.selftest.ground import Ground
from harness.selftest.kind import LAB, Planted, leak, lost
from harness.selftest.steps import servers, tasks


@leak("task_state_ends", needs=(LAB,))
def task_stuck_uploading(ground: Ground) -> Planted:
    """A server's snapshot is being uploaded for years, and nobody works on it."""
    server = servers.boot(ground)
    tasks.stick(ground, server.uuid, task_state="image_uploading")
    return Planted(
        (lost("task_state_ends", server.uuid, server.host, server.amounts, "image_uploading"),)
    )
