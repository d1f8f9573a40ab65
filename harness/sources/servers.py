"""Servers, as nova's API lists them: of all projects, all pages, soft-deleted ones too.

Asked at microversion 2.87, which embeds the flavor (since 2.47). Soft-deleted servers show only
with ``soft_deleted`` (nova/db/main/api.py). A list that is filtered or cut into pages leaves out
cells that are down and does not say so (nova/api/openstack/compute/servers.py:
_is_cell_down_supported); the list of services does, so it is asked for too.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from msgspec import Struct

from harness.core.nova import (
    MICROVERSION,
    Failure,
    Flavors,
    actions_of_failed,
    failure_of,
    without_secrets,
)
from harness.core.nova import Flavor as Flavor
from harness.core.paging import pages
from harness.core.pieces import in_pieces
from harness.core.ports import Cloud, Unreachable, went
from harness.core.shape import Record, ShapeError, items, said_once, take, take_null, take_or_none
from harness.core.source import CloudSource, Gauge

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


_RECORD = Record(
    {
        "id": str,
        "tenant_id": str,
        "status": str,
        "OS-EXT-STS:vm_state": str,
        "flavor": dict,
    },
    {
        "name": str,
        "OS-EXT-SRV-ATTR:host": str,
        "OS-EXT-SRV-ATTR:hypervisor_hostname": str,
        "OS-EXT-SRV-ATTR:instance_name": str,
        "OS-EXT-STS:task_state": str,
        "updated": str,
        "created": str,
    },
)


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
    for page in items(body, "pages"):
        for server in items(page, "servers"):
            yield _server(server, attachments, flavors, actions)


def _server(
    data: Any, attachments: Mapping[str, Any], flavors: Flavors, actions: Mapping[str, Any]
) -> Server:
    if take(data, "id", str) and data.get("flavor") is None:
        raise ShapeError(f"server {data['id']} comes without details: its cell is down")
    take_null(data, "OS-EXT-SRV-ATTR:host", str)
    uuid, project, status, vm_state, flavor, *rest = _RECORD.of(data)
    offered = flavors.of(flavor)
    take_null(flavor, "extra_specs", dict)
    name, host, node, domain_name, task, updated, created = (text or "" for text in rest)
    return Server(
        uuid=said_once(uuid),
        name=name,
        project=said_once(project),
        host=said_once(host),
        node=said_once(node),
        domain_name=domain_name,
        status=said_once(status),
        vm_state=said_once(vm_state),
        task=task,
        updated=updated,
        flavor=offered,
        boots_from_volume=_boots_from_volume(data, attachments.get(uuid)),
        failure=failure_of(data, actions.get(uuid)) if data.get("fault") else None,
        volumes=_volumes(data),
        addresses=_addresses(data),
        created=created,
    )


def _boots_from_volume(data: Mapping[str, Any], attachments: Any) -> bool:
    if not data.get("image"):
        return True
    root = take_or_none(data, "OS-EXT-SRV-ATTR:root_device_name", str)
    volumes = [] if attachments is None else items(attachments, "volumeAttachments")
    devices = [take_or_none(volume, "device", str) for volume in volumes]
    return root is not None and root in devices


def _volumes(data: Mapping[str, Any]) -> tuple[str, ...]:
    attached = data.get("os-extended-volumes:volumes_attached")
    listed = [] if attached is None else items(data, "os-extended-volumes:volumes_attached")
    return tuple(take(volume, "id", str) for volume in listed)


def _addresses(data: Any) -> int:
    networks = take_or_none(data, "addresses", dict) or {}
    return sum(len(items(networks, name)) for name in networks)


def _by_host(rows: tuple[Server, ...]) -> Mapping[str, float]:
    return Counter(server.host for server in rows if server.host)


def _contradicted(rows: Mapping[str, Sequence[Any]]) -> str:
    held = [server for node in rows.get("hypervisors", ()) for server in node.servers]
    return f"nova's hypervisors have {len(held)}, {held[0]} for one" if held else ""


SOURCE = CloudSource(
    "servers", read, parse, (Gauge("servers", "", _by_host),), contradicted=_contradicted
)
