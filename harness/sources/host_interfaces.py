"""The network interfaces of each host: taps of guests, bridges, and all others."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct

from harness.core.answers.shape import said_once
from harness.core.answers.typed import Amount, each
from harness.core.views.source import Gauge, ProbeSource


class HostInterface(Struct, frozen=True, gc=False):
    """An interface. ``kind`` is "tap", "bridge" or "other"; ``master`` is what it hangs on, or "".

    ``index`` is the kernel's number of it, which a new one of the same name has not.
    """

    host: str
    name: str
    kind: str
    index: int
    up: bool
    master: str

    @property
    def key(self) -> str:
        return f"{self.name}@{self.host}"


class _Told(Struct, gc=False):
    name: str
    kind: str
    index: Amount
    up: bool
    master: str


def parse(host: str, body: Any) -> Iterator[HostInterface]:
    """Yield the interfaces of a host."""
    for told in each(body, "interfaces", _Told):
        kind, master = said_once(told.kind), said_once(told.master)
        yield HostInterface(host, told.name, kind, told.index, told.up, master)


def _taps(rows: tuple[HostInterface, ...]) -> Mapping[str, float]:
    return Counter(row.host for row in rows if row.kind == "tap")


SOURCE = ProbeSource("host_interfaces", parse, (Gauge("taps", "", _taps),))
