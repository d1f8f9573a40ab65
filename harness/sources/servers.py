"""Servers, as nova's API lists them: of all projects, all pages, soft-deleted ones too.

Asked at microversion 2.87, which embeds the flavor (since 2.47) and tells of cells that are down
(since 2.69). Soft-deleted servers show only with ``soft_deleted`` (nova/db/main/api.py).
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from harness.core.ports import Cloud
from harness.core.shape import ShapeError, items, take, take_or_none
from harness.core.source import CloudSource, Gauge

MICROVERSION = "2.87"
_PAGE = "1000"
_PRIVATE = frozenset({"OS-EXT-SRV-ATTR:user_data", "adminPass", "metadata"})


@dataclass(frozen=True)
class Flavor:
    """What a server was promised. ``ram`` and ``swap`` in MB, ``disk`` and ``ephemeral`` in GB."""

    vcpus: int
    ram: int
    disk: int
    ephemeral: int
    swap: int
    extra_specs: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Server:
    """A server. ``host`` and ``node`` are "" where nova says none; ``task`` likewise.

    ``domain_name`` is nova's name for the libvirt domain, unique in a cell only.
    ``boots_from_volume``: the root disk is a volume. ``updated`` is nova's ISO 8601 time.
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
    fault: str = ""

    @property
    def key(self) -> str:
        return self.uuid


def read(cloud: Cloud) -> Any:
    """Ask for every page, then for the volumes of servers that have both an image and volumes."""
    pages: list[Any] = []
    params = {"all_tenants": "1", "soft_deleted": "1", "limit": _PAGE}
    while True:
        page = cloud.get("compute", "/servers/detail", microversion=MICROVERSION, params=params)
        pages.append(_without_secrets(page))
        marker = _next_marker(page)
        if marker is None:
            break
        params = {**params, "marker": marker}
    return {"pages": pages, "attachments": _attachments(cloud, pages)}


def _without_secrets(page: Any) -> Any:
    """Drop what its owner may have put secrets into; nothing of it is ever judged."""
    return {
        **page,
        "servers": [
            {name: value for name, value in server.items() if name not in _PRIVATE}
            for server in items(page, "servers")
        ],
    }


def _next_marker(page: Any) -> str | None:
    links = page.get("servers_links") or [] if isinstance(page, Mapping) else []
    for link in links:
        if take(link, "rel", str) == "next":
            return dict(parse_qsl(urlsplit(take(link, "href", str)).query)).get("marker")
    return None


def _attachments(cloud: Cloud, pages: list[Any]) -> dict[str, Any]:
    """An image that maps its root to a volume leaves the server's image set: only the attachment's
    device tells then (nova/compute/api.py, image_ref of an image with a block device mapping)."""
    found = {}
    for server in (server for page in pages for server in items(page, "servers")):
        if server.get("image") and server.get("os-extended-volumes:volumes_attached"):
            path = f"/servers/{take(server, 'id', str)}/os-volume_attachments"
            found[server["id"]] = cloud.get("compute", path, microversion=MICROVERSION)
    return found


def parse(body: Any) -> Iterator[Server]:
    """Yield the servers. Raises ShapeError where a cell is down, since servers are missing then."""
    attachments = take(body, "attachments", dict)
    for page in items(body, "pages"):
        for server in items(page, "servers"):
            yield _server(server, attachments)


def _server(data: Any, attachments: Mapping[str, Any]) -> Server:
    uuid = take(data, "id", str)
    if "flavor" not in data:
        raise ShapeError(f"server {uuid} comes without details: its cell is down")
    return Server(
        uuid=uuid,
        name=take_or_none(data, "name", str) or "",
        project=take(data, "tenant_id", str),
        host=take_or_none(data, "OS-EXT-SRV-ATTR:host", str) or "",
        node=take_or_none(data, "OS-EXT-SRV-ATTR:hypervisor_hostname", str) or "",
        domain_name=take_or_none(data, "OS-EXT-SRV-ATTR:instance_name", str) or "",
        status=take(data, "status", str),
        vm_state=take(data, "OS-EXT-STS:vm_state", str),
        task=take_or_none(data, "OS-EXT-STS:task_state", str) or "",
        updated=take_or_none(data, "updated", str) or "",
        flavor=_flavor(take(data, "flavor", dict)),
        boots_from_volume=_boots_from_volume(data, attachments.get(uuid)),
        fault=_fault(data.get("fault")),
    )


def _flavor(data: Any) -> Flavor:
    return Flavor(
        vcpus=take(data, "vcpus", int),
        ram=take(data, "ram", int),
        disk=take(data, "disk", int),
        ephemeral=take(data, "ephemeral", int),
        swap=take(data, "swap", int),
        extra_specs=take_or_none(data, "extra_specs", dict) or {},
    )


def _boots_from_volume(data: Any, attachments: Any) -> bool:
    if not data.get("image"):
        return True
    root = take_or_none(data, "OS-EXT-SRV-ATTR:root_device_name", str)
    volumes = items(attachments, "volumeAttachments") if attachments else []
    return root is not None and any(volume.get("device") == root for volume in volumes)


def _fault(data: Any) -> str:
    return (take_or_none(data, "message", str) or "") if isinstance(data, Mapping) else ""


def _by_host(rows: tuple[Server, ...]) -> Mapping[str, float]:
    return Counter(server.host for server in rows if server.host)


SOURCE = CloudSource("servers", read, parse, (Gauge("servers", "", _by_host),))
