"""Neutron's ports and the hosts that they are bound to."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from msgspec import UNSET, Struct, UnsetType, field

from harness.core.answers.shape import said_once, take_or_none
from harness.core.answers.typed import HIDDEN, each, given
from harness.core.apis.neutron import STAMPED, listed
from harness.core.ports import Cloud
from harness.core.views.source import CloudSource, Gauge

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


class _Told(Struct, gc=False):
    id: str
    host: str | UnsetType | None = field(name="binding:host_id", default=UNSET)
    vif_type: str | None = field(name="binding:vif_type", default=None)
    vnic_type: str | None = field(name="binding:vnic_type", default=None)
    profile: dict[str, Any] | None = field(name="binding:profile", default=None)
    project_id: str | None = None
    device_id: str | None = None
    device_owner: str | None = None
    status: str | None = None
    name: str | None = None
    created_at: str | None = None
    updated_at: str | None = None


class _Page(Struct):
    ports: list[_Told]


def read(cloud: Cloud) -> Any:
    """Ask for the ports of all projects."""
    return listed(cloud, "/ports", "ports", _FIELDS)


def parse(body: Any) -> Iterator[Port]:
    """Yield the ports."""
    for page in each(body, "pages", _Page):
        for told in page.ports:
            yield _port(told)


def _port(told: _Told) -> Port:
    host = given(told.host, "binding:host_id", HIDDEN)
    return Port(
        uuid=told.id,
        name=told.name or "",
        project=said_once(told.project_id or ""),
        device=told.device_id or "",
        owner=said_once(told.device_owner or ""),
        host=said_once(host or ""),
        status=said_once(told.status or ""),
        created=told.created_at or "",
        updated=told.updated_at or "",
        vif_type=said_once(told.vif_type or ""),
        vnic_type=said_once(told.vnic_type or ""),
        migrating_to=take_or_none(told.profile or {}, "migrating_to", str) or "",
    )


def _by_host(rows: tuple[Port, ...]) -> Mapping[str, float]:
    return Counter(port.host for port in rows if port.host)


def _contradicted(rows: Mapping[str, Sequence[Any]]) -> str:
    calm = [s.uuid for s in rows.get("servers", ()) if s.addresses and not s.task]
    return f"server {calm[0]} has an address ({len(calm)} servers have)" if calm else ""


SOURCE = CloudSource(
    "ports", read, parse, (Gauge("ports", "", _by_host),), contradicted=_contradicted
)
