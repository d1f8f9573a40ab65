"""Servers, as nova's API lists them: of all projects, all pages, soft-deleted ones too.

Asked at microversion 2.87, which embeds the flavor (since 2.47). Soft-deleted servers show only
with ``soft_deleted`` (nova/db/main/api.py). A list that is filtered or cut into pages leaves out
cells that are down and does not say so (nova/api/openstack/compute/servers.py:
_is_cell_down_supported); the list of services does, so it is asked for too.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from msgspec import UNSET, Struct, UnsetType, field

from harness.core.answers.pieces import in_pieces
from harness.core.answers.shape import ShapeError, items, said_once, take, take_null, take_or_none
from harness.core.answers.typed import HIDDEN, each, given
from harness.core.apis.nova import (
    MICROVERSION,
    Failure,
    Flavors,
    actions_of_failed,
    failure_of,
    without_secrets,
)
from harness.core.apis.nova import Flavor as Flavor
from harness.core.apis.paging import pages
from harness.core.ports import Cloud, Unreachable, went
from harness.core.views.source import CloudSource, Gauge

_PAGE = "1000"


class Server(Struct, frozen=True, gc=False):
    """A server. ``host`` and ``node`` are "" where nova says none; ``task`` likewise.

    ``domain_name`` is nova's name for the libvirt domain, unique in a cell only.
    ``boots_from_volume``: the root disk is a volume. ``updated`` is nova's ISO 8601 time.
    ``volumes`` are the uuids of the volumes that nova says are attached, ``addresses`` how many it
    says that neutron gave. ``created`` is when; ``failure`` is the fault of one that is in ERROR.
    """

    uuid: str
    name: str
    project: str
    host: str
    node: str
    domain_name: str
    status: str
    vm_state: str
    task: str
    updated: str
    flavor: Flavor
    boots_from_volume: bool
    failure: Failure | None = None
    volumes: tuple[str, ...] = ()
    addresses: int = 0
    created: str = ""

    @property
    def key(self) -> str:
        return self.uuid

    @property
    def fault(self) -> str:
        """What nova says went wrong, "" where nothing did."""
        return self.failure.message if self.failure else ""


class _Volume(Struct, gc=False):
    id: str


class _Shown(Struct, gc=False):
    """A server as the API shows it, as far as anything is made of it."""

    id: str
    tenant_id: str | UnsetType = UNSET
    status: str | UnsetType = UNSET
    vm_state: str | UnsetType = field(name="OS-EXT-STS:vm_state", default=UNSET)
    host: str | UnsetType | None = field(name="OS-EXT-SRV-ATTR:host", default=UNSET)
    node: str | None = field(name="OS-EXT-SRV-ATTR:hypervisor_hostname", default=None)
    domain_name: str | None = field(name="OS-EXT-SRV-ATTR:instance_name", default=None)
    root_device: str | None = field(name="OS-EXT-SRV-ATTR:root_device_name", default=None)
    task: str | None = field(name="OS-EXT-STS:task_state", default=None)
    volumes: list[_Volume] | None = field(name="os-extended-volumes:volumes_attached", default=None)
    name: str | None = None
    updated: str | None = None
    created: str | None = None
    zone: Any = field(name="OS-EXT-AZ:availability_zone", default=None)
    flavor: dict[str, Any] | None = None
    image: Any = None
    fault: Any = None
    addresses: dict[str, list[Any]] | None = None


class _Page(Struct):
    servers: list[_Shown]


def read(cloud: Cloud) -> Any:
    """Ask for every page, then for the volumes of servers that have both an image and volumes."""
    listed = in_pieces(
        without_secrets(page)
        for page in pages(
            cloud,
            "compute",
            "/servers/detail",
            "servers",
            microversion=MICROVERSION,
            params={"all_tenants": "1", "soft_deleted": "1", "limit": _PAGE},
        )
    )
    services = cloud.get("compute", "/os-services", microversion=MICROVERSION)
    return {
        "pages": listed,
        "attachments": _attachments(cloud, listed),
        "silent": _hosts_of_silent_cells(services),
        "actions": actions_of_failed(cloud, [s for page in listed for s in _failed(page)]),
    }


def _failed(page: Any) -> list[Any]:
    return [server for server in items(page, "servers") if server.get("fault")]


def _hosts_of_silent_cells(services: Any) -> list[str]:
    """Return the hosts whose cell does not answer: nova knows nothing but their names then
    (nova/api/openstack/compute/services.py: _get_service_detail)."""
    listed = items(services, "services")
    if not listed:
        raise ShapeError("nova names no service at all, so that silent cells are not known")
    return [
        take(service, "host", str)
        for service in listed
        if take(service, "status", str) == "UNKNOWN"
    ]


def _attachments(cloud: Cloud, listed: Iterable[Any]) -> dict[str, Any]:
    """An image that maps its root to a volume leaves the server's image set: only the attachment's
    device tells then (nova/compute/api.py, image_ref of an image with a block device mapping).

    A server that went meanwhile has None.
    """
    found: dict[str, Any] = {}
    for server in (server for page in listed for server in items(page, "servers")):
        if server.get("image") and server.get("os-extended-volumes:volumes_attached"):
            path = f"/servers/{take(server, 'id', str)}"
            attached = f"{path}/os-volume_attachments"
            try:
                found[server["id"]] = cloud.get("compute", attached, microversion=MICROVERSION)
            except Unreachable as error:
                went(cloud, "compute", path, error, MICROVERSION)
                found[server["id"]] = None
    return found


def parse(body: Any) -> Iterator[Server]:
    """Yield the servers. Raises ShapeError where a cell is down, since servers are missing then."""
    silent = items(body, "silent")
    if silent:
        raise ShapeError(f"servers are missing: the cell of host {silent[0]} does not answer")
    attachments = take(body, "attachments", dict)
    actions = take_or_none(body, "actions", dict) or {}
    flavors = Flavors()
    for page in each(body, "pages", _Page):
        for server in page.servers:
            yield _server(server, attachments, flavors, actions)


def _server(
    shown: _Shown, attachments: Mapping[str, Any], flavors: Flavors, actions: Mapping[str, Any]
) -> Server:
    if shown.flavor is None:
        raise ShapeError(f"server {shown.id} comes without details: its cell is down")
    host = given(shown.host, "OS-EXT-SRV-ATTR:host", HIDDEN)
    vm_state = given(shown.vm_state, "OS-EXT-STS:vm_state")
    offered = flavors.of(shown.flavor)
    if type(shown.flavor.get("extra_specs")) is not dict:
        take_null(shown.flavor, "extra_specs", dict)
    return Server(
        uuid=shown.id,
        name=shown.name or "",
        project=said_once(given(shown.tenant_id, "tenant_id")),
        host=said_once(host or ""),
        node=said_once(shown.node or ""),
        domain_name=shown.domain_name or "",
        status=said_once(given(shown.status, "status")),
        vm_state=said_once(vm_state),
        task=shown.task or "",
        updated=shown.updated or "",
        flavor=offered,
        boots_from_volume=not shown.image or _on_volume(shown, attachments.get(shown.id)),
        failure=_failure(shown, actions) if shown.fault else None,
        volumes=tuple(item.id for item in shown.volumes) if shown.volumes else (),
        addresses=sum(map(len, shown.addresses.values())) if shown.addresses else 0,
        created=shown.created or "",
    )


def _failure(shown: _Shown, actions: Mapping[str, Any]) -> Failure | None:
    told = {"fault": shown.fault, "image": shown.image, "OS-EXT-AZ:availability_zone": shown.zone}
    return failure_of(told, actions.get(shown.id))


def _on_volume(shown: _Shown, attachments: Any) -> bool:
    volumes = [] if attachments is None else items(attachments, "volumeAttachments")
    devices = [take_or_none(volume, "device", str) for volume in volumes]
    return shown.root_device is not None and shown.root_device in devices


def _by_host(rows: tuple[Server, ...]) -> Mapping[str, float]:
    return Counter(server.host for server in rows if server.host)


def _contradicted(rows: Mapping[str, Sequence[Any]]) -> str:
    held = [server for node in rows.get("hypervisors", ()) for server in node.servers]
    return f"nova's hypervisors have {len(held)}, {held[0]} for one" if held else ""


SOURCE = CloudSource(
    "servers", read, parse, (Gauge("servers", "", _by_host),), contradicted=_contradicted
)
