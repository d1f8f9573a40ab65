"""The interfaces in the database of Open vSwitch on each host; a host without it has none."""

from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from harness.core.answers.shape import take
from harness.core.answers.typed import each
from harness.core.views.source import ProbeSource


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


class _Told(Struct, gc=False):
    name: str
    port: str


def parse(host: str, body: Any) -> Iterator[OvsInterface]:
    """Yield the interfaces of a host's switch."""
    take(body, "installed", bool)
    for told in each(body, "interfaces", _Told):
        yield OvsInterface(host, told.name, told.port)


SOURCE = ProbeSource("ovs_interfaces", parse)
