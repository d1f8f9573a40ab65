"""Neutron's ports and the hosts that they are bound to."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from msgspec import Struct

from harness.core.neutron import STAMPED, listed, rows_of
from harness.core.ports import Cloud
from harness.core.shape import Record, said_once, take_null, take_or_none
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


class Port(Struct, frozen=True, gc=False):
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


_RECORD = Record(
    {"id": str},
    {
        "project_id": str,
        "device_id": str,
        "device_owner": str,
        "binding:host_id": str,
        "status": str,
        "binding:vif_type": str,
        "binding:vnic_type": str,
        "name": str,
        "created_at": str,
        "updated_at": str,
        "binding:profile": dict,
    },
)


def read(cloud: Cloud) -> Any:
    """Ask for the ports of all projects."""
    return listed(cloud, "/ports", "ports", _FIELDS)


def parse(body: Any) -> Iterator[Port]:
    """Yield the ports."""
    for data in rows_of(body, "ports"):
        take_null(data, "binding:host_id", str)
        uuid, *texts, profile = _RECORD.of(data)
        project, device, owner, host, status, vif, vnic, name, created, updated = (
            text or "" for text in texts
        )
        yield Port(
            uuid=uuid,
            name=name,
            project=said_once(project),
            device=said_once(device),
            owner=said_once(owner),
            host=said_once(host),
            status=said_once(status),
            created=created,
            updated=updated,
            vif_type=said_once(vif),
            vnic_type=said_once(vnic),
            migrating_to=take_or_none(profile or {}, "migrating_to", str) or "",
        )


def _by_host(rows: tuple[Port, ...]) -> Mapping[str, float]:
    return Counter(port.host for port in rows if port.host)


def _contradicted(rows: Mapping[str, Sequence[Any]]) -> str:
    calm = [s.uuid for s in rows.get("servers", ()) if s.addresses and not s.task]
    return f"server {calm[0]} has an address ({len(calm)} servers have)" if calm else ""


SOURCE = CloudSource(
    "ports", read, parse, (Gauge("ports", "", _by_host),), contradicted=_contradicted
)
