"""Directory of nobody."""

from harness.selftest.ground import Ground
from harness.selftest.kind import LAB, Planted, leak, lost
from harness.selftest.steps import hosts


@leak("instance_directory_has_server", needs=(LAB,))
def directory_of_nobody(ground: Ground) -> Planted:
    """A host keeps the directory of an instance that nova never had."""
    host = ground.hosts[1]
    name = hosts.directory(ground, host)
    found = lost("instance_directory_has_server", name, host, {}, "nova lists none")
    return Planted((found,))
