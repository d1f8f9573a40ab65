"""A whole OpenStack on this machine, behind real sockets, with a fault at one of its URLs."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import yaml

from tests.quality.outages.recorded_cloud import BESIDE, ENDPOINTS, Asked, Endpoint

PATHS = {
    "compute": "/compute/v2.1",
    "placement": "/placement",
    "network": "/network",
    "identity": "/v3",
    "image": "/image",
    "block_storage": "/volume/v3",
}
TYPES = {"block_storage": "block-storage"}
VERSIONED = {"compute": "compute", "placement": "placement", "block_storage": "volume"}
LIFE = "2999-01-01T00:00:00.000000Z"


class Reply(BaseHTTPRequestHandler):
    """Answers one request as its server says."""

    protocol_version = "HTTP/1.1"
    server: "FaultyServer"

    def do_GET(self) -> None:
        self.server.answer(self)

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.server.answer(self)

    def send(self, status: int, content: bytes, **headers: str) -> None:
        self.send_response(status)
        wanted = {"Content-Type": "application/json", "Content-Length": str(len(content))}
        for name, value in {
            **wanted,
            **{k.replace("_", "-"): v for k, v in headers.items()},
        }.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def say(self, data: Any, status: int = 200, **headers: str) -> None:
        self.send(status, json.dumps(data).encode(), **headers)

    def log_message(self, *_args: Any) -> None:
        return


Act = Callable[[Reply, Asked, Endpoint], None]


class FaultyServer(ThreadingHTTPServer):
    """All services on one port. ``acts`` maps an endpoint's name to what it does instead.

    ``asked`` are the endpoints that were asked, in order; ``prefixes`` are where the catalog says
    that a service is; ``closing`` is set at the end, for whoever hangs.
    """

    daemon_threads = True
    block_on_close = False
    request_queue_size = 64

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Reply)
        self.url = f"http://127.0.0.1:{self.server_address[1]}"
        self.closing = threading.Event()
        self.acts: dict[str, Act] = {}
        self.asked: list[str] = []
        self.requests: dict[str, list[Asked]] = {}
        self.logins = 0
        self.token = "token-0"
        self.urls = {service: f"{self.url}{path}" for service, path in PATHS.items()}
        self.served = dict(PATHS)
        self.keystone: Callable[[Reply], None] | None = None

    def handle_error(self, _request: Any, _address: Any) -> None:
        return

    def answer(self, reply: Reply) -> None:
        parts = urlsplit(reply.path)
        if parts.path == "/v3/auth/tokens":
            return self._log_in(reply)
        if reply.headers.get("X-Auth-Token") not in (None, self.token):
            return reply.say({"error": {"code": 401}}, 401)
        for service, prefix in self.served.items():
            rest = parts.path.removeprefix(prefix)
            if parts.path.startswith(prefix) and rest in ("", "/"):
                return self._version(reply, service)
            if parts.path.startswith(prefix) and rest.startswith("/"):
                rest = rest.removeprefix("/v2") if service == "image" else rest
                rest = rest.removeprefix("/v2.0") if service == "network" else rest
                version = reply.headers.get("OpenStack-API-Version", "").split(" ")[-1]
                return self._serve(
                    reply, Asked(service, rest, dict(parse_qsl(parts.query)), version)
                )
        return reply.say({"error": "no such thing"}, 404)

    def _serve(self, reply: Reply, asked: Asked) -> None:
        for endpoint in (*ENDPOINTS, *BESIDE):
            if endpoint.is_asked(asked):
                self.asked.append(endpoint.name)
                self.requests.setdefault(endpoint.name, []).append(asked)
                act = self.acts.get(endpoint.name, healthy)
                return act(reply, asked, endpoint)
        return reply.say({"error": f"nobody knows {asked.path}"}, 404)

    def _version(self, reply: Reply, service: str) -> None:
        url, number = self.urls[service], {"identity": "v3.14", "image": "v2.16"}.get(service)
        links = [{"rel": "self", "href": f"{url}/"}]
        version = {"id": number or "v2.1", "status": "CURRENT", "links": links, "updated": "x"}
        if service in VERSIONED:
            version |= {"version": "3.71" if service == "block_storage" else "2.104"}
            version |= {"min_version": "3.0" if service == "block_storage" else "2.1"}
            version["id"] = "v3.0" if service == "block_storage" else version["id"]
        if service == "placement":
            version |= {"id": "v1.0", "max_version": "1.39", "min_version": "1.0"}
            return reply.say({"versions": [version]})
        if service == "image":
            version["links"] = [{"rel": "self", "href": f"{url}/v2/"}]
            return reply.say({"versions": [version]})
        if service == "network":
            version |= {"id": "v2.0"}
            version["links"] = [{"rel": "self", "href": f"{url}/v2.0/"}]
            return reply.say({"versions": [version]})
        return reply.say({"version": version})

    def _log_in(self, reply: Reply) -> None:
        if self.keystone:
            return self.keystone(reply)
        self.logins += 1
        return reply.say({"token": self._token()}, 201, X_Subject_Token=self.token)

    def _token(self) -> dict[str, Any]:
        def service(kind: str, url: str) -> dict[str, Any]:
            where = {"interface": "public", "region": "RegionOne", "region_id": "RegionOne"}
            kind = TYPES.get(kind, kind)
            return {"type": kind, "name": kind, "endpoints": [{**where, "id": kind, "url": url}]}

        return {
            "expires_at": LIFE,
            "issued_at": "2026-01-01T00:00:00.000000Z",
            "methods": ["password"],
            "user": {"id": "u", "name": "admin", "domain": {"id": "d", "name": "d"}},
            "project": {"id": "p", "name": "admin", "domain": {"id": "d", "name": "d"}},
            "roles": [{"id": "r", "name": "admin"}],
            "catalog": [service(kind, url) for kind, url in self.urls.items()],
        }

    def clouds_yaml(self, folder: Path) -> Path:
        """Write a clouds.yaml with the cloud "fake" and return its path."""
        auth = {"auth_url": f"{self.url}/v3", "username": "admin", "password": "secret"}
        auth |= {"project_name": "admin", "user_domain_id": "d", "project_domain_id": "d"}
        cloud = {"auth": auth, "region_name": "RegionOne", "identity_api_version": "3"}
        path = folder / "clouds.yaml"
        path.write_text(yaml.safe_dump({"clouds": {"fake": cloud}}))
        return path


def healthy(reply: Reply, asked: Asked, endpoint: Endpoint) -> None:
    """Answer as the cloud did."""
    say_of(reply, asked, endpoint.answer(asked))


def say_of(reply: Reply, asked: Asked, data: Any, status: int = 200) -> None:
    """Answer in the microversion that was asked for."""
    kind = VERSIONED.get(asked.service)
    told = {"OpenStack_API_Version": f"{kind} {asked.version}"} if kind and asked.version else {}
    reply.say(data, status, **told)


@contextmanager
def running() -> Iterator[FaultyServer]:
    """Run a server until the end of the block."""
    server = FaultyServer()
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.closing.set()
        server.shutdown()
        server.server_close()
        thread.join()
