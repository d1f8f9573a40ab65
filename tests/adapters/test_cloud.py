"""A cloud on this machine that refuses, errs, babbles and hangs: each is told in one line."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import yaml

from harness.adapters.cloud import OpenStackCloud, connect
from harness.core.apis.paging import pages
from harness.core.errors import EXIT_UNKNOWN, EXIT_USAGE, HarnessError
from harness.core.ports import Unreachable

Answer = Callable[["Handler"], None]


class Handler(BaseHTTPRequestHandler):
    """Answers as its server's ``answers`` say, by path without a query."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self._answer()

    def _answer(self) -> None:
        server: Any = self.server
        server.asked.append((self.path, dict(self.headers)))
        answer = server.answers.get(self.path.split("?")[0])
        answer(self) if answer else self.send(404, b'{"error": "no such thing"}')

    def send(self, status: int, content: bytes, length: int | None = None, **more: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content) if length is None else length))
        for name, value in more.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_args: Any) -> None:
        return


def says(data: Any, status: int = 200, **headers: str) -> Answer:
    return lambda handler: handler.send(status, json.dumps(data).encode(), **headers)


class FakeOpenStack:
    """A keystone, a nova and a placement on one port of this machine."""

    def __init__(self, server: ThreadingHTTPServer, folder: Path) -> None:
        self.url = f"http://127.0.0.1:{server.server_address[1]}"
        self.answers: dict[str, Answer] = server.answers  # type: ignore[attr-defined]
        self.asked: list[tuple[str, dict[str, str]]] = server.asked  # type: ignore[attr-defined]
        self.config = folder / "clouds.yaml"
        auth = {"auth_url": f"{self.url}/v3", "username": "admin", "password": "secret"}
        auth |= {"project_name": "admin", "user_domain_id": "d", "project_domain_id": "d"}
        cloud = {"auth": auth, "region_name": "RegionOne", "identity_api_version": "3"}
        self.config.write_text(yaml.safe_dump({"clouds": {"fake": cloud}}))
        links = [{"rel": "self", "href": f"{self.url}/v3/"}]
        self.answers["/v3"] = self.answers["/v3/"] = says(
            {"version": {"id": "v3.14", "status": "stable", "updated": "x", "links": links}}
        )
        self.answers["/v3/auth/tokens"] = says(self._token(), 201, X_Subject_Token="token")
        self.answers["/nova/v2.1/"] = self.answers["/nova/v2.1"] = says(
            {
                "version": {
                    "id": "v2.1",
                    "status": "CURRENT",
                    "version": "2.104",
                    "min_version": "2.1",
                    "links": [{"rel": "self", "href": f"{self.url}/nova/v2.1/"}],
                }
            }
        )

    def _token(self) -> dict[str, Any]:
        def service(kind: str, path: str) -> dict[str, Any]:
            url = {"interface": "public", "region": "RegionOne", "region_id": "RegionOne"}
            return {
                "type": kind,
                "name": kind,
                "endpoints": [{**url, "id": kind, "url": f"{self.url}{path}"}],
            }

        catalog = [service("compute", "/nova/v2.1"), service("identity", "/v3")]
        return {
            "token": {
                "expires_at": "2999-01-01T00:00:00.000000Z",
                "issued_at": "2026-01-01T00:00:00.000000Z",
                "methods": ["password"],
                "user": {"id": "u", "name": "admin", "domain": {"id": "d", "name": "d"}},
                "project": {"id": "p", "name": "admin", "domain": {"id": "d", "name": "d"}},
                "roles": [{"id": "r", "name": "admin"}],
                "catalog": catalog,
            }
        }

    def connect(self, timeout: float = 10.0) -> OpenStackCloud:
        return connect("fake", timeout=timeout, config_files=[str(self.config)])


@pytest.fixture
def openstack(tmp_path: Path) -> Iterator[FakeOpenStack]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.block_on_close = False
    server.answers, server.asked = {}, []  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield FakeOpenStack(server, tmp_path)
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def cloud(openstack: FakeOpenStack) -> Iterator[OpenStackCloud]:
    connected = openstack.connect()
    yield connected
    connected.close()


def _get(cloud: OpenStackCloud, openstack: FakeOpenStack, answer: Answer) -> Any:
    openstack.answers["/nova/v2.1/servers"] = answer
    return cloud.get("compute", "/servers", microversion="2.87", params={"limit": "2"})


def test_json_is_returned(cloud: OpenStackCloud, openstack: FakeOpenStack) -> None:
    assert _get(cloud, openstack, says({"servers": []})) == {"servers": []}
    path, headers = openstack.asked[-1]
    assert path == "/nova/v2.1/servers?limit=2"
    assert headers["OpenStack-API-Version"] == "compute 2.87"
    assert headers["X-Auth-Token"] == "token"


@pytest.mark.parametrize(
    ("answer", "told", "status"),
    [
        (says({"error": "boom"}, 500), "HTTP 500", 500),
        (says({"itemNotFound": {}}, 404), "HTTP 404", 404),
        (says({"forbidden": {}}, 403), "HTTP 403", 403),
        (says({"computeFault": {}}, 406), "HTTP 406", 406),
        (lambda handler: handler.send(200, b"<html>welcome</html>"), "compute /servers", None),
        (lambda handler: handler.send(200, b'{"servers": ['), "compute /servers", None),
        (lambda handler: handler.send(200, b""), "compute /servers", None),
        (
            lambda handler: handler.send(200, b'{"servers": []}', length=999),
            "compute /servers",
            None,
        ),
    ],
    ids=["500", "404", "403", "406", "HTML", "cut JSON", "nothing", "cut connection"],
)
def test_anything_else_is_told_in_one_line(
    cloud: OpenStackCloud, openstack: FakeOpenStack, answer: Answer, told: str, status: int | None
) -> None:
    with pytest.raises(Unreachable) as caught:
        _get(cloud, openstack, answer)
    assert told in str(caught.value)
    assert "\n" not in str(caught.value)
    assert caught.value.status == status
    assert caught.value.gone == (status == 404)


def test_a_hang_ends_after_the_time_limit(openstack: FakeOpenStack) -> None:
    release = threading.Event()
    hasty = openstack.connect(timeout=2.0)
    with closing(hasty), pytest.raises(Unreachable):
        _get(hasty, openstack, lambda handler: release.wait(60) and None)
    release.set()


def test_a_token_that_is_refused_is_told(cloud: OpenStackCloud, openstack: FakeOpenStack) -> None:
    with pytest.raises(Unreachable, match="401"):
        _get(cloud, openstack, says({"error": {"code": 401}}, 401))


def test_a_service_that_is_not_in_the_catalog_is_told(cloud: OpenStackCloud) -> None:
    with pytest.raises(Unreachable, match="placement"):
        cloud.get("placement", "/resource_providers")


def test_a_service_that_no_source_may_ask_is_a_mistake_of_ours(cloud: OpenStackCloud) -> None:
    with pytest.raises(KeyError):
        cloud.get("dns", "/zones")


def test_pages_are_followed(cloud: OpenStackCloud, openstack: FakeOpenStack) -> None:
    def answer(handler: Handler) -> None:
        last = "marker=a" in handler.path
        link = {"rel": "next", "href": f"{openstack.url}/nova/v2.1/servers?limit=1&marker=a"}
        page = {"servers": [{"id": "b"}]} if last else {"servers": [{"id": "a"}]}
        says(page if last else {**page, "servers_links": [link]})(handler)

    openstack.answers["/nova/v2.1/servers"] = answer
    listed = pages(cloud, "compute", "/servers", "servers", microversion="2.87")
    assert [item["id"] for page in listed for item in page["servers"]] == ["a", "b"]


def test_another_connection_is_a_login_of_its_own(
    cloud: OpenStackCloud, openstack: FakeOpenStack
) -> None:
    openstack.answers["/nova/v2.1/servers"] = says({"servers": []})
    other = cloud.another()
    assert other.get("compute", "/servers") == cloud.get("compute", "/servers")
    assert [path for path, _ in openstack.asked].count("/v3/auth/tokens") == 2


def test_credentials_that_are_refused_are_the_operators_to_mend(openstack: FakeOpenStack) -> None:
    openstack.answers["/v3/auth/tokens"] = says({"error": {"code": 401, "message": "no"}}, 401)
    with pytest.raises(HarnessError, match="refuses the credentials") as caught:
        openstack.connect()
    assert caught.value.exit_code == EXIT_USAGE
    assert "secret" not in str(caught.value)


def test_a_cloud_that_is_not_there_is_unknown(openstack: FakeOpenStack) -> None:
    text = openstack.config.read_text().replace(openstack.url, "http://127.0.0.1:9")
    openstack.config.write_text(text)
    with pytest.raises(HarnessError, match="does not answer") as caught:
        openstack.connect()
    assert caught.value.exit_code == EXIT_UNKNOWN


def test_a_cloud_that_is_not_configured_is_the_operators_to_mend(openstack: FakeOpenStack) -> None:
    with pytest.raises(HarnessError) as caught:
        connect("other", timeout=1.0, config_files=[str(openstack.config)])
    assert caught.value.exit_code == EXIT_USAGE
