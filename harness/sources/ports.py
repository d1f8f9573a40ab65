"""Neutron's ports and the hosts that they are bound to."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from harness.core.neutron import STAMPED, listed, rows_of
from harness.core.ports import Cloud
from harness.core.shape import take, take_or_none
from harness.core.source import CloudSource, Gauge

_FIELDS = (
    *STAMPED,
    "device_id",
    "device_owner",
    "status",
    "binding:host_id",
    "binding:vif_type",
    "binding:vnic_type",
    "binding:profile",
)


@dataclass(frozen=True)
class Port:
    """A port. ``host`` is the host that it is bound to, ``device`` the uuid of what uses it.

    ``vif_type`` is "unbound" or "binding_failed" where it is not bound. ``migrating_to`` is the
    host that nova moves its server to, or "". ``created`` and ``updated`` are neutron's ISO 8601
    times, or "".
    """

    uuid: str
    name: str
    project: str
    device: str
    owner: str
    host: str
    status: str = ""
    created: str = ""
    updated: str = ""
    vif_type: str = ""
    vnic_type: str = ""
    migrating_to: str = ""

    @property
    def key(self) -> str:
        return self.uuid


def read(cloud: Cloud) -> Any:
    """Ask for the ports of all projects."""
    return listed(cloud, "/ports", "ports", _FIELDS)


def parse(body: Any) -> Iterator[Port]:
    """Yield the ports."""
    for data in rows_of(body, "ports"):
        profile = take_or_none(data, "binding:profile", dict) or {}
        yield Port(
            uuid=take(data, "id", str),
            name=take_or_none(data, "name", str) or "",
            project=take_or_none(data, "project_id", str) or "",
            device=take_or_none(data, "device_id", str) or "",
            owner=take_or_none(data, "device_owner", str) or "",
            host=take_or_none(data, "binding:host_id", str) or "",
            status=take_or_none(data, "status", str) or "",
            created=take_or_none(data, "created_at", str) or "",
            updated=take_or_none(data, "updated_at", str) or "",
            vif_type=take_or_none(data, "binding:vif_type", str) or "",
            vnic_type=take_or_none(data, "binding:vnic_type", str) or "",
            migrating_to=take_or_none(profile, "migrating_to", str) or "",
        )


def _by_host(rows: tuple[Port, ...]) -> Mapping[str, float]:
    return Counter(port.host for port in rows if port.host)


SOURCE = CloudSource("ports", read, parse, (Gauge("ports", "", _by_host),))
