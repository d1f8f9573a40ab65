"""What a real cloud answered, URL by URL: a calm cloud, of which every rule says PASS.

It is the recording of the lab with a server and its port, put right, and for views that were empty
then what another lab answered.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from harness.core.answers.capture import CLOUD, Answer
from harness.selftest.recording import load

TESTS = Path(__file__).parents[2]
EXTENSIONS = ("binding-extended", "router", "security-group")
PROBED = (
    "cached_images",
    "guest_files",
    "host_devices",
    "host_interfaces",
    "host_resources",
    "instance_directories",
    "instance_disks",
    "ovs_interfaces",
    "qemu_processes",
)
HOST_VIEWS = ("domains", "nodes", *PROBED)
_RUNNING = ("0da94c41-6d97-431a-b5b3-d9391fbc7e91", "instance-0000000c", "tap1c7a51e9-82")
"""The server of the other lab that ran: its uuid, its domain and its tap."""
_OTHERS = ("keypairs", "server_groups", "floating_ips", "routers")
_VOLUMES = ("volumes", "volume_attachments", "volume_snapshots", "volume_backups")


@dataclass(frozen=True)
class Asked:
    """A request as the APIs see it. ``version`` is the microversion, "" where none was named."""

    service: str
    path: str
    query: Mapping[str, str]
    version: str = ""


@dataclass(frozen=True)
class Endpoint:
    """A URL that a source asks. ``list_name`` is that of its list, ``paging`` how it is cut.

    ``paging``: "links", "next", "marker", "offset", or "" where there are no pages.
    """

    name: str
    service: str
    path: str
    answer: Callable[[Asked], Any]
    list_name: str = ""
    paging: str = ""
    wants: Callable[[Asked], bool] = lambda asked: True

    def is_asked(self, asked: Asked) -> bool:
        there = asked.service == self.service and re.fullmatch(self.path, asked.path)
        return bool(there) and self.wants(asked)


@cache
def bodies() -> dict[str, dict[str, Any]]:
    """Return what each source stores of the cloud: source -> place -> body."""
    capture = load(TESTS / "selftest" / "recorded")["port_bound_elsewhere"].captures[-1]
    found: dict[str, dict[str, Any]] = {}
    for answer in json.loads(json.dumps(capture.as_json()))["answers"]:
        found.setdefault(answer["source"], {})[answer["place"]] = answer["body"]
    for port in found["ports"][CLOUD]["pages"][0]["ports"]:
        port["binding:host_id"] = "compute1"
    for name in (*_OTHERS, *_VOLUMES, "volume_quotas"):
        found[name] = _recorded(name)
    found["users"][CLOUD]["users"] += found["keypairs"][CLOUD]["users"]["users"]
    found["keypairs"][CLOUD]["users"] = found["users"][CLOUD]
    found["ports"][CLOUD]["pages"][0]["ports"] += [
        port for port in _recorded("ports")[CLOUD]["pages"][0]["ports"] if _is_routers(port)
    ]
    return _at_home(found) | {name: _probed(name, found) for name in PROBED}


def _probed(name: str, found: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """Return what the host probe told of the other lab, as if its running server were this one."""
    [server] = found["servers"][CLOUD]["pages"][0]["servers"]
    [port] = [p for p in found["ports"][CLOUD]["pages"][0]["ports"] if not _is_routers(p)]
    ours = (server["id"], server["OS-EXT-SRV-ATTR:instance_name"], f"tap{port['id'][:11]}")
    text = json.dumps(_recorded(name))
    for other, our in zip(_RUNNING, ours, strict=True):
        text = text.replace(other, our)
    told: dict[str, Any] = json.loads(text)
    for body in told.values():
        for key, rows in body.items():
            if isinstance(rows, list):
                strange = [row for row in rows if _of_a_guest(row) - {*ours}]
                body[key] = [row for row in rows if row not in strange]
    return told


def _of_a_guest(row: Any) -> set[str]:
    return set(
        re.findall(
            r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|tap[0-9a-f-]{11}"
            r"|instance-[0-9a-f]{8}",
            json.dumps(row),
        )
    )


def _is_routers(port: Mapping[str, Any]) -> bool:
    return str(port["device_owner"]).startswith("network:")


def _recorded(name: str) -> dict[str, Any]:
    body: dict[str, Any] = json.loads((TESTS / "sources" / "recorded" / f"{name}.json").read_text())
    return body


def _at_home(found: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Give the volume of the other lab to the server of this one."""
    [server] = found["servers"][CLOUD]["pages"][0]["servers"]
    [volume] = found["volumes"][CLOUD]["pages"][0]["volumes"]
    [attachment, *_] = found["volume_attachments"][CLOUD]["pages"][0]["attachments"]
    project = server["tenant_id"]
    volume |= {"status": "in-use", "os-vol-tenant-attr:tenant_id": project}
    volume["attachments"] = [{"server_id": server["id"], "device": "/dev/vdb", "id": volume["id"]}]
    attachment |= {"status": "attached", "instance": server["id"]}
    server["os-extended-volumes:volumes_attached"] = [
        {"id": volume["id"], "delete_on_termination": False}
    ]
    held = {"volumeAttachments": [{"device": "/dev/vdb", "volumeId": volume["id"]}]}
    found["servers"][CLOUD]["attachments"] = {server["id"]: held}
    [quota, *_] = found["volume_quotas"][CLOUD]["asked"]
    counted = {"volumes": 1, "gigabytes": volume["size"]}
    snapshots = [s for p in found["volume_snapshots"][CLOUD]["pages"] for s in p["snapshots"]]
    for snapshot in snapshots:
        snapshot["os-extended-snapshot-attributes:project_id"] = project
        snapshot["volume_id"] = volume["id"]
        counted["snapshots"] = counted.get("snapshots", 0) + 1
        counted["gigabytes"] += snapshot["size"]
    mine, others = deepcopy(quota), []
    mine["quota_set"]["id"] = project
    for name, number in counted.items():
        mine["quota_set"][name]["in_use"] = number
    for item in found["projects"][CLOUD]["projects"]:
        other = mine if item["id"] == project else deepcopy(quota)
        others.append(other | {"name": item["name"]})
        other["quota_set"]["id"] = item["id"]
    found["volume_quotas"][CLOUD]["asked"] = others
    return found


def host_answers() -> Iterator[Answer]:
    """Yield what the hosts answered: they are not asked by HTTP."""
    for name in HOST_VIEWS:
        for place, body in bodies()[name].items():
            yield Answer(name, place, 0.0, 1.0, body)


def _pages(name: str) -> Any:
    return bodies()[name][CLOUD]["pages"]


def _first(name: str) -> Callable[[Asked], Any]:
    return lambda _asked: _pages(name)[0]


def _whole(name: str) -> Callable[[Asked], Any]:
    return lambda _asked: bodies()[name][CLOUD]


def _until_empty(name: str, items: str, cursor: str) -> Callable[[Asked], Any]:
    return lambda asked: {items: []} if asked.query.get(cursor) else _pages(name)[0]


def _migrations(asked: Asked) -> Any:
    rows = [row for page in _pages("migrations") for row in page["migrations"]]
    return {"migrations": [row for row in rows if row["status"] == asked.query.get("status")]}


def _services(asked: Asked) -> Any:
    rows = bodies()["services"][CLOUD]["services"]
    wanted = asked.query.get("binary")
    return {"services": [row for row in rows if wanted in (None, row["binary"])]}


def _key_pairs(asked: Asked) -> Any:
    held = bodies()["keypairs"][CLOUD]["held"]
    return held.get(asked.query["user_id"], [{"keypairs": []}])[0]


def _images(asked: Asked) -> Any:
    return _pages("images")[asked.query.get("os_hidden") == "true"]


def _bound_ports(asked: Asked) -> Any:
    rows = _pages("ports")[0]["ports"]
    return {"ports": [r for r in rows if r["binding:host_id"] == asked.query["binding:host_id"]]}


def _part(source: str, group: str, part: str = "") -> Callable[[Asked], Any]:
    def answer(asked: Asked) -> Any:
        found = bodies()[source][CLOUD][group][asked.path.split("/")[2]]
        return found[part] if part else found

    return answer


def _quota(asked: Asked) -> Any:
    project = asked.path.rsplit("/", 1)[-1]
    for item in bodies()["volume_quotas"][CLOUD]["asked"]:
        if item["quota_set"]["id"] == project:
            return {"quota_set": item["quota_set"]}
    raise KeyError(project)


def _attached(asked: Asked) -> Any:
    return bodies()["servers"][CLOUD]["attachments"][asked.path.split("/")[2]]


def _names(_asked: Asked) -> Any:
    rows = bodies()["deleted_servers"][CLOUD]["servers"]
    return {"servers": [{"id": row["id"], "name": row["name"]} for row in rows]}


def _alone(source: str, items: str, name: str) -> Callable[[Asked], Any]:
    def answer(asked: Asked) -> Any:
        wanted = asked.path.split("/")[2]
        whole = bodies()[source][CLOUD]
        rows = whole["listed"][items] if "listed" in whole else _pages(source)[0][items]
        [row] = [row for row in rows if wanted in (row.get("id"), row.get("uuid"))]
        return {name: row} if name else row

    return answer


def _deleted(asked: Asked) -> bool:
    return "deleted" in asked.query


ENDPOINTS = (
    Endpoint(
        "servers",
        "compute",
        "/servers/detail",
        _first("servers"),
        "servers",
        "links",
        wants=lambda asked: not _deleted(asked),
    ),
    Endpoint(
        "deleted_servers",
        "compute",
        "/servers/detail",
        _whole("deleted_servers"),
        "servers",
        wants=_deleted,
    ),
    Endpoint("a server's volumes", "compute", "/servers/[^/]+/os-volume_attachments", _attached),
    Endpoint("services", "compute", "/os-services", _services, "services"),
    Endpoint(
        "hypervisors",
        "compute",
        "/os-hypervisors/detail",
        lambda _asked: bodies()["hypervisors"][CLOUD]["usage"][0],
        "hypervisors",
        "links",
        wants=lambda asked: asked.version != "2.88",
    ),
    Endpoint(
        "audit stamps",
        "compute",
        "/os-hypervisors/detail",
        lambda _asked: bodies()["hypervisors"][CLOUD]["stamps"][0],
        "hypervisors",
        "links",
        wants=lambda asked: asked.version == "2.88",
    ),
    Endpoint("migrations", "compute", "/os-migrations", _migrations, "migrations", "links"),
    Endpoint(
        "server_groups",
        "compute",
        "/os-server-groups",
        _until_empty("server_groups", "server_groups", "offset"),
        "server_groups",
        "offset",
    ),
    Endpoint("flavors", "compute", "/flavors/detail", _first("flavors"), "flavors", "links"),
    Endpoint("aggregates", "compute", "/os-aggregates", _whole("aggregates"), "aggregates"),
    Endpoint("keypairs", "compute", "/os-keypairs", _key_pairs, "keypairs", "links"),
    Endpoint(
        "providers",
        "placement",
        "/resource_providers",
        lambda _asked: bodies()["providers"][CLOUD]["listed"],
        "resource_providers",
        wants=lambda asked: "required" not in asked.query,
    ),
    Endpoint(
        "compute nodes among them",
        "placement",
        "/resource_providers",
        lambda _asked: bodies()["providers"][CLOUD]["compute_nodes"],
        "resource_providers",
        wants=lambda asked: "required" in asked.query,
    ),
    Endpoint(
        "inventories",
        "placement",
        "/resource_providers/[^/]+/inventories",
        _part("providers", "parts", "inventories"),
        "inventories",
    ),
    Endpoint(
        "usages",
        "placement",
        "/resource_providers/[^/]+/usages",
        _part("providers", "parts", "usages"),
        "usages",
    ),
    Endpoint(
        "allocations",
        "placement",
        "/resource_providers/[^/]+/allocations",
        _part("allocations", "held"),
        "allocations",
    ),
    Endpoint(
        "ports",
        "network",
        "/ports",
        _first("ports"),
        "ports",
        "links",
        wants=lambda asked: "binding:host_id" not in asked.query,
    ),
    Endpoint(
        "ports of a host",
        "network",
        "/ports",
        _bound_ports,
        "ports",
        "links",
        wants=lambda asked: "binding:host_id" in asked.query,
    ),
    Endpoint("networks", "network", "/networks", _first("networks"), "networks", "links"),
    Endpoint("subnets", "network", "/subnets", _first("subnets"), "subnets", "links"),
    Endpoint("routers", "network", "/routers", _first("routers"), "routers", "links"),
    Endpoint(
        "floating_ips", "network", "/floatingips", _first("floating_ips"), "floatingips", "links"
    ),
    Endpoint(
        "security_groups",
        "network",
        "/security-groups",
        _first("security_groups"),
        "security_groups",
        "links",
    ),
    Endpoint(
        "extensions",
        "network",
        "/extensions",
        lambda _asked: {"extensions": [{"alias": alias} for alias in EXTENSIONS]},
        "extensions",
    ),
    Endpoint("projects", "identity", "/projects", _whole("projects"), "projects"),
    Endpoint("users", "identity", "/users", _whole("users"), "users"),
    Endpoint("images", "image", "/images", _images, "images", "next"),
    Endpoint("volumes", "block_storage", "/volumes/detail", _first("volumes"), "volumes", "links"),
    Endpoint(
        "volume_snapshots",
        "block_storage",
        "/snapshots/detail",
        _first("volume_snapshots"),
        "snapshots",
        "links",
    ),
    Endpoint(
        "volume_backups",
        "block_storage",
        "/backups/detail",
        _first("volume_backups"),
        "backups",
        "links",
    ),
    Endpoint(
        "volume_attachments",
        "block_storage",
        "/attachments",
        _until_empty("volume_attachments", "attachments", "marker"),
        "attachments",
        "marker",
    ),
    Endpoint("volume_quotas", "block_storage", "/os-quota-sets/[^/]+", _quota, "quota_set"),
)
"""All that the sources ask, each with the fault that it may be given."""

BESIDE = (
    Endpoint("names of deleted servers", "compute", "/servers", _names, "servers"),
    Endpoint("a server", "compute", "/servers/[^/]+", _alone("servers", "servers", "server")),
    Endpoint(
        "a provider",
        "placement",
        "/resource_providers/[^/]+",
        _alone("providers", "resource_providers", ""),
    ),
    Endpoint("a port", "network", "/ports/[^/]+", _alone("ports", "ports", "port")),
)
"""What is asked only where something else failed."""
