"""Neutron's floating IPs, where it has the extension "router"."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from msgspec import Struct

from harness.core.answers.shape import take, take_or_none
from harness.core.apis.neutron import STAMPED, listed_if_there, rows_of
from harness.core.ports import Cloud
from harness.core.views.source import CloudSource

_FIELDS = (
    *(field for field in STAMPED if field != "name"),
    "floating_ip_address",
    "port_id",
    "status",
)


class FloatingIp(Struct, frozen=True, gc=False):
    """A floating IP. ``port`` is the uuid of the port that it leads to, or "".

    ``created`` and ``updated`` are neutron's ISO 8601 times, or "".
    """

    uuid: str
    address: str
    project: str
    port: str
    status: str = ""
    created: str = ""
    updated: str = ""

    @property
    def key(self) -> str:
        return self.uuid

    @property
    def name(self) -> str:
        """Its address: neutron gives it no name."""
        return self.address


def read(cloud: Cloud) -> Any:
    """Ask for the floating IPs of all projects. Raises Absent where neutron does not route."""
    return listed_if_there(cloud, "/floatingips", "floatingips", _FIELDS, "router")


def parse(body: Any) -> Iterator[FloatingIp]:
    """Yield the floating IPs."""
    for data in rows_of(body, "floatingips"):
        yield FloatingIp(
            uuid=take(data, "id", str),
            address=take(data, "floating_ip_address", str),
            project=take_or_none(data, "project_id", str) or "",
            port=take_or_none(data, "port_id", str) or "",
            status=take_or_none(data, "status", str) or "",
            created=take_or_none(data, "created_at", str) or "",
            updated=take_or_none(data, "updated_at", str) or "",
        )


def _contradicted(rows: Mapping[str, Sequence[Any]]) -> str:
    held = [p.device for p in rows.get("ports", ()) if p.owner == "network:floatingip"]
    return f"floating IP {held[0]} has a port ({len(held)} ports are of such)" if held else ""


SOURCE = CloudSource("floating_ips", read, parse, optional=True, contradicted=_contradicted)
