"""The interfaces in the database of Open vSwitch on each host; a host without it has none."""

from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from harness.core.shape import items, take
from harness.core.source import ProbeSource


class OvsInterface(Struct, frozen=True, gc=False):
    """An interface that the switch was told of, whether the kernel has it or not.

    ``port`` is the uuid of neutron's port that it is for, or "".
    """

    host: str
    name: str
    port: str

    @property
    def key(self) -> str:
        return f"{self.name}@{self.host}"


def parse(host: str, body: Any) -> Iterator[OvsInterface]:
    """Yield the interfaces of a host's switch."""
    take(body, "installed", bool)
    for data in items(body, "interfaces"):
        yield OvsInterface(host, take(data, "name", str), take(data, "port", str))


SOURCE = ProbeSource("ovs_interfaces", parse)
