"""Removal that never ended."""

import uuid

from harness.selftest.ground import Ground
from harness.selftest.kind import LAB, Planted, leak, lost
from harness.selftest.steps import hosts


@leak("instance_directory_has_server", needs=(LAB,))
def removal_that_never_ended(ground: Ground) -> Planted:
    """Nova renamed a directory to remove it, and did not."""
    host = ground.hosts[0]
    name = hosts.directory(ground, host, f"{uuid.uuid4()}_del")
    found = lost("instance_directory_has_server", name, host, {}, "to be removed")
    return Planted((found,))
