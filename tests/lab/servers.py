"""Servers of the lab in every state that nova knows, and how a test brings one there."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tests.lab.conftest import LabCloud, harness, wait_for

VERSION = "2.87"
_FREE = ("ACTIVE", "ERROR", "SHUTOFF", "PAUSED", "SUSPENDED", "RESCUE", "VERIFY_RESIZE", "SHELVED")


def act(cloud: LabCloud, server: str, action: str, body: object = None) -> None:
    """Order an action of nova's on a server."""
    answer = cloud.api.compute.post(
        f"/servers/{server}/action", json={action: body}, microversion=VERSION
    )
    assert answer.status_code < 300, answer.text


def reach(cloud: LabCloud, server: str, status: str, seconds: float = 90) -> None:
    """Wait until a server rests in a status."""

    def rests() -> bool:
        seen = cloud.show(server)
        assert status == "ERROR" or seen["status"] != "ERROR", seen.get("fault")
        return seen["status"] == status and not seen.get("OS-EXT-STS:task_state")

    wait_for(rests, f"the server to be {status}", seconds)


def do(cloud: LabCloud, server: str, action: str, status: str, body: object = None) -> None:
    """Order an action and wait until the server rests in the status that it leads to."""
    act(cloud, server, action, body)
    reach(cloud, server, status)


def host_of(cloud: LabCloud, server: str) -> str:
    return str(cloud.show(server)["OS-EXT-SRV-ATTR:host"])


def order(cloud: LabCloud, flavor: str = "101", **more: Any) -> str:
    """Order a server without waiting; ``more`` goes into the request as it is."""
    hints = more.pop("hints", {})
    body = {
        "name": f"odd-{uuid.uuid4().hex[:8]}",
        "imageRef": more.pop("imageRef", None) or image(cloud),
        "flavorRef": flavor,
        "networks": "none",
        **more,
    }
    answer = cloud.api.compute.post(
        "/servers", json={"server": body, "os:scheduler_hints": hints}, microversion=VERSION
    )
    assert answer.status_code == 202, answer.text
    return str(answer.json()["server"]["id"])


def image(cloud: LabCloud, name: str = "lab-blank") -> str:
    return str(next(iter(cloud.api.image.images(name=name))).id)


@contextmanager
def booted(cloud: LabCloud, flavor: str = "101", **more: Any) -> Iterator[str]:
    """A server that is ACTIVE, deleted at the end."""
    server = order(cloud, flavor, **more)
    try:
        reach(cloud, server, "ACTIVE")
        yield server
    finally:
        if cloud.show(server)["status"] != "GONE":
            cloud.delete(server)


@contextmanager
def flavor(cloud: LabCloud, specs: dict[str, str] | None = None, **more: int) -> Iterator[str]:
    """A flavor like the lab's smallest but for ``more``."""
    body = {"name": f"odd-{uuid.uuid4().hex[:8]}", "vcpus": 1, "ram": 64, "disk": 1}
    sizes = {("OS-FLV-EXT-DATA:ephemeral" if k == "ephemeral" else k): v for k, v in more.items()}
    answer = cloud.api.compute.post("/flavors", json={"flavor": {**body, **sizes}})
    assert answer.status_code == 200, answer.text
    found = str(answer.json()["flavor"]["id"])
    try:
        if specs:
            cloud.api.compute.post(f"/flavors/{found}/os-extra_specs", json={"extra_specs": specs})
        yield found
    finally:
        cloud.api.compute.delete(f"/flavors/{found}")


def compute_service(cloud: LabCloud, host: str, **changes: object) -> None:
    """Change nova-compute's record: ``status``, ``forced_down``."""
    listed = cloud.api.compute.get("/os-services?binary=nova-compute", microversion=VERSION)
    found = next(item["id"] for item in listed.json()["services"] if item["host"] == host)
    answer = cloud.api.compute.put(f"/os-services/{found}", json=changes, microversion=VERSION)
    assert answer.status_code == 200, answer.text


def lab_service(verb: str, *names: str) -> None:
    """Stop, start or kill services of the lab."""
    said = harness("lab", verb, *names)
    assert said.code == 0, said
