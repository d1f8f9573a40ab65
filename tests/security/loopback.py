"""A cloud on one port of this machine, whose answers are full of secrets.

Keystone, nova, placement, neutron, glance and cinder answer as the references say, each list with
the things of ``tests.sources.answers``. ``echo`` makes one service fail over each request and send
back what it was sent, token and all, as a misconfigured proxy does.
"""

import copy
import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

from tests.sources import answers
from tests.sources.answers import BODIES

SERVICES = {
    "compute": "/compute/v2.1",
    "placement": "/placement",
    "identity": "/v3",
    "network": "/network",
    "image": "/image",
    "block-storage": "/volume/v3",
}
PLACES = (
    ("image", "/v2/images", "images", "images"),
    ("network", "/v2.0/networks", "networks", "networks"),
    ("network", "/v2.0/ports", "ports", "ports"),
    ("network", "/v2.0/subnets", "subnets", "subnets"),
    ("network", "/v2.0/routers", "routers", "routers"),
    ("network", "/v2.0/floatingips", "floating_ips", "floatingips"),
    ("network", "/v2.0/security-groups", "security_groups", "security_groups"),
    ("compute", "/flavors/detail", "flavors", "flavors"),
    ("compute", "/os-migrations", "migrations", "migrations"),
    ("block-storage", "/volumes/detail", "volumes", "volumes"),
    ("block-storage", "/snapshots/detail", "volume_snapshots", "snapshots"),
    ("block-storage", "/backups/detail", "volume_backups", "backups"),
)
"""Service, path, the view of ``answers.BODIES`` and the name of its list."""


OF_VOLUMES = ("metadata", "volume_image_metadata")
OWNED: Mapping[str, tuple[str, ...]] = {
    "servers": ("metadata",),
    "volumes": OF_VOLUMES,
    "snapshots": OF_VOLUMES,
    "backups": OF_VOLUMES,
    "images": ("owner_specified.note",),
    "aggregates": ("metadata",),
}
"""The lists whose things have fields that their owners fill as they like."""


class Handler(BaseHTTPRequestHandler):
    """Answers by path, without a query."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        cloud: LoopbackCloud = self.server.cloud  # type: ignore[attr-defined]
        status, body, headers = cloud.answer(self.path, dict(self.headers))
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.do_GET()

    def log_message(self, *_args: Any) -> None:
        return


class LoopbackCloud:
    """What the cloud answers. ``taint`` is put into each thing of each list, ``owners``
    into those that have fields for their owners."""

    def __init__(
        self, url: str, token: str, taint: Mapping[str, Any], owners: Mapping[str, Any]
    ) -> None:
        self.url, self.token, self.taint, self.owners = url, token, taint, owners
        self.echo = ""
        self.lists: dict[str, Any] = dict(self._lists())

    def answer(self, path: str, headers: Mapping[str, str]) -> tuple[int, Any, dict[str, str]]:
        plain = urlsplit(path).path.rstrip("/")
        if self.echo and plain.startswith(self.echo):
            told = json.dumps({**headers, **{str(k): str(v) for k, v in self.taint.items()}})
            return 500, {"error": {"message": f"proxy failed: {told}"}}, {"X-Openstack-Echo": told}
        if plain == "/v3/auth/tokens":
            return 201, self._token(), {"X-Subject-Token": self.token}
        if plain in ("", *SERVICES.values()):
            return 200, self._version(plain), {}
        if "marker=" in path:
            return 200, {name: [] for name in self.lists.get(plain, {})}, {}
        if plain in self.lists:
            return 200, self.lists[plain], {"X-Openstack-Request-Id": "req-1"}
        return 404, {"error": {"message": f"nothing at {plain}"}}, {}

    def _lists(self) -> Iterator[tuple[str, Any]]:
        for service, path, view, name in PLACES:
            pages = BODIES[view]["pages"]
            things = [self._tainted(each, name) for page in pages for each in page[name]]
            yield SERVICES[service] + path, {name: things}
        nova, placement = SERVICES["compute"], SERVICES["placement"]
        stamped = {**answers.hypervisor(), "uptime": answers.stamp()["uptime"]}
        server = answers.server(**self.taint)
        yield f"{nova}/servers/detail", {"servers": [self._tainted(server, "servers")]}
        yield f"{nova}/servers", {"servers": []}
        yield f"{nova}/os-hypervisors/detail", {"hypervisors": [self._tainted(stamped)]}
        yield f"{nova}/os-services", {"services": [self._tainted(answers.service())]}
        aggregate = self._tainted(BODIES["aggregates"]["aggregates"][0], "aggregates")
        yield f"{nova}/os-aggregates", {"aggregates": [aggregate]}
        yield f"{nova}/os-server-groups", {"server_groups": []}
        yield f"{nova}/os-keypairs", {"keypairs": []}
        provider = answers.PROVIDERS["resource_providers"][0]
        yield f"{placement}/resource_providers", {"resource_providers": [provider]}
        for part, body in (
            ("inventories", answers.INVENTORIES),
            ("usages", answers.USAGES),
            ("allocations", answers.ALLOCATIONS),
        ):
            yield f"{placement}/resource_providers/{answers.PROVIDER}/{part}", body
        yield "/network/v2.0/extensions", {"extensions": []}
        yield "/v3/users", {"users": [self._tainted(BODIES["users"]["users"][0])], "links": {}}
        yield "/v3/projects", {"projects": [self._tainted(answers.PROJECT)], "links": {}}
        yield "/volume/v3/attachments", {"attachments": []}

    def _tainted(self, thing: Mapping[str, Any], name: str = "") -> dict[str, Any]:
        written = {field: self.owners[field] for field in OWNED.get(name, ())}
        return copy.deepcopy({**thing, **self.taint, **written})

    def _version(self, plain: str) -> Any:
        links = [{"rel": "self", "href": f"{self.url}{plain}/"}]
        of = {"/v3": "v3.14", "/image": "v2.16", "/network": "v2.0", "/volume/v3": "v3.71"}
        said = {"id": of.get(plain, "v2.1"), "status": "CURRENT", "links": links, "updated": "x"}
        if plain in ("/image", "/network"):
            links[0]["href"] += "v2/" if plain == "/image" else "v2.0/"
            return {"versions": [said]}
        if plain == "/placement":
            return {
                "versions": [{**said, "id": "v1.0", "max_version": "1.39", "min_version": "1.0"}]
            }
        newest = {"/volume/v3": "3.71"}.get(plain, "2.104")
        return {"version": {**said, "version": newest, "min_version": newest[:2] + "0"}}

    def _token(self) -> Any:
        who = {"id": "u", "name": "admin", "domain": {"id": "default", "name": "Default"}}
        where = {"interface": "public", "region": "RegionOne", "region_id": "RegionOne"}
        catalog = [
            {
                "type": kind,
                "name": kind,
                "endpoints": [{**where, "id": kind, "url": f"{self.url}{path}"}],
            }
            for kind, path in SERVICES.items()
        ]
        return {
            "token": {
                "expires_at": "2999-01-01T00:00:00.000000Z",
                "issued_at": "2026-01-01T00:00:00.000000Z",
                "methods": ["password"],
                "user": who,
                "project": {**who, "id": "p"},
                "roles": [{"id": "r", "name": "admin"}],
                "catalog": catalog,
            }
        }


@contextmanager
def listening(make: Callable[[str], LoopbackCloud]) -> Iterator[LoopbackCloud]:
    """Serve a cloud, made for its URL, on a free port of loopback."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads, server.block_on_close = True, False
    cloud = make(f"http://127.0.0.1:{server.server_address[1]}")
    server.cloud = cloud  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield cloud
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
