"""Attachment of a dead server."""

import uuid

from harness.selftest.ground import Ground
from harness.selftest.kind import VOLUMES, Planted, leak, lost
from harness.selftest.steps import volumes


@leak("attachment_has_server", needs=(VOLUMES,))
def attachment_of_a_dead_server(ground: Ground) -> Planted:
    """A volume is attached to a server that does not exist: nobody can use it."""
    volume = volumes.volume(ground)
    attachment = volumes.reserve(ground, volume, str(uuid.uuid4()))
    return Planted((lost("attachment_has_server", attachment, "", {}, volume),))
