"""Neutron's ports and the hosts that they are bound to."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from harness.core.paging import pages
from harness.core.ports import Cloud
from harness.core.shape import items, take, take_or_none
from harness.core.source import CloudSource, Gauge

_FIELDS = "?" + "&".join(
    f"fields={name}"
    for name in ("id", "name", "project_id", "device_id", "device_owner", "binding:host_id")
)


@dataclass(frozen=True)
class Port:
    """A port. ``host`` is the host that it is bound to, ``device`` the uuid of what uses it."""

    uuid: str
    name: str
    project: str
    device: str
    owner: str
    host: str

    @property
    def key(self) -> str:
        return self.uuid


def read(cloud: Cloud) -> Any:
    """Ask for the ports of all projects; neutron sends them in one page unless its
    pagination_max_limit is set."""
    return {"pages": list(pages(cloud, "network", f"/ports{_FIELDS}", "ports"))}


def parse(body: Any) -> Iterator[Port]:
    """Yield the ports."""
    for data in (data for page in items(body, "pages") for data in items(page, "ports")):
        yield Port(
            uuid=take(data, "id", str),
            name=take_or_none(data, "name", str) or "",
            project=take_or_none(data, "project_id", str) or "",
            device=take_or_none(data, "device_id", str) or "",
            owner=take_or_none(data, "device_owner", str) or "",
            host=take_or_none(data, "binding:host_id", str) or "",
        )


def _by_host(rows: tuple[Port, ...]) -> Mapping[str, float]:
    return Counter(port.host for port in rows if port.host)


SOURCE = CloudSource("ports", read, parse, (Gauge("ports", "", _by_host),))
