"""The block devices of each host that come from elsewhere: iSCSI sessions, device-mapper's."""

from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from harness.core.answers.shape import items, take
from harness.core.views.source import ProbeSource


class HostDevice(Struct, frozen=True, gc=False):
    """A device. ``kind`` is "iscsi", "multipath", "crypt" or "mapped"; ``target`` is what it is:
    the name of the iSCSI target, or device-mapper's name."""

    host: str
    kind: str
    name: str
    target: str

    @property
    def key(self) -> str:
        return f"{self.kind}/{self.name}@{self.host}"


def parse(host: str, body: Any) -> Iterator[HostDevice]:
    """Yield the devices of a host."""
    for data in items(body, "iscsi"):
        yield HostDevice(host, "iscsi", take(data, "name", str), take(data, "target", str))
    for data in items(body, "mapped"):
        yield _mapped(host, data)


def _mapped(host: str, data: Any) -> HostDevice:
    """Device-mapper's uuid begins with who made the device: "mpath-", "CRYPT-", "LVM-"."""
    maker = take(data, "uuid", str).partition("-")[0].lower()
    kind = {"mpath": "multipath", "crypt": "crypt"}.get(maker, "mapped")
    return HostDevice(host, kind, take(data, "device", str), take(data, "name", str))


SOURCE = ProbeSource("host_devices", parse)
