"""The lab, brought up once for all tests that need it, and tools to plant leaks in it."""

import json
import os
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import libvirt
import openstack
import pymysql
import pytest

from harness.lab import environment, lifecycle
from harness.lab.environment import LabEnvironment

HARNESS = str(Path(sys.executable).with_name("harness"))
FLAVOR = "101"
DOMAIN = """<domain type='{kind}'><name>instance-0000ffff</name><uuid>{uuid}</uuid>
<memory unit='MiB'>64</memory><vcpu>1</vcpu>
<os><type arch='x86_64' machine='pc'>hvm</type></os>
<devices><emulator>/usr/bin/qemu-system-x86_64</emulator></devices></domain>"""


@dataclass(frozen=True)
class Said:
    """What a command said. ``rows`` are those of ``check -f json``."""

    code: int
    out: str
    err: str

    @property
    def rows(self) -> list[dict[str, Any]]:
        return json.loads(self.out)

    def of(self, invariant: str) -> list[dict[str, Any]]:
        return [row for row in self.rows if row["invariant"] == invariant]


def harness(*args: str, timeout: float = 600, **environ: str) -> Said:
    """Run the harness command and return what it said."""
    done = subprocess.run(
        [HARNESS, *args],
        capture_output=True,
        text=True,
        timeout=timeout,
        env={**os.environ, **environ},
        check=False,
    )
    return Said(done.returncode, done.stdout, done.stderr)


@pytest.fixture(scope="session")
def lab() -> Iterator[LabEnvironment]:
    """The lab of this machine. One that is up is used as it is and stays up; one that is down gets
    a clean cloud, and is brought down again."""
    state_dir = environment.default_state_dir(os.environ)
    was_up = lifecycle.is_up(state_dir)
    begun = harness("lab", "up" if was_up else "reset", timeout=1200)
    assert begun.code == 0, begun
    yield environment.load(state_dir)
    if not was_up:
        harness("lab", "down")


class LabCloud:
    """The lab's cloud, with what a test needs to plant a leak and to take it away."""

    def __init__(self, lab: LabEnvironment) -> None:
        self.lab = lab
        self.api = openstack.connection.Connection(
            config=openstack.config.OpenStackConfig(
                config_files=[str(lab.clouds_yaml)], load_envvars=False
            ).get_one(cloud=lab.cloud)
        )

    def check(self) -> Said:
        """Run ``harness check`` on the lab."""
        return harness("check", "--cloud", self.lab.cloud, "-f", "json", OS_CLIENT_CONFIG_FILE="")

    def boot(self, host: str) -> str:
        """Boot a server on a host; returns its uuid once it is ACTIVE."""
        image = next(iter(self.api.image.images(name="lab-blank")))
        body = {
            "name": f"planted-{uuid.uuid4().hex[:8]}",
            "imageRef": image.id,
            "flavorRef": FLAVOR,
            "networks": "none",
            "host": host,
        }
        answer = self.api.compute.post("/servers", json={"server": body}, microversion="2.87")
        server = answer.json()["server"]["id"]
        wait_for(lambda: self.show(server)["status"] in ("ACTIVE", "ERROR"), "the server to boot")
        assert self.show(server)["status"] == "ACTIVE"
        return str(server)

    def show(self, server: str) -> dict[str, Any]:
        answer = self.api.compute.get(f"/servers/{server}", microversion="2.87")
        return dict(answer.json().get("server") or {"status": "GONE"})

    def task(self, server: str) -> str | None:
        """Return what nova is doing with a server."""
        task = self.show(server).get("OS-EXT-STS:task_state")
        return None if task is None else str(task)

    def delete(self, server: str) -> None:
        """Delete a server and wait until it is gone."""
        self.api.compute.delete(f"/servers/{server}")
        wait_for(lambda: self.show(server)["status"] == "GONE", "the server to go")

    def provider(self, host: str) -> str:
        """Return the uuid of a host's resource provider."""
        answer = self.api.placement.get(f"/resource_providers?name={host}", microversion="1.28")
        return str(answer.json()["resource_providers"][0]["uuid"])

    def allocations(self, consumer: str) -> dict[str, Any]:
        answer = self.api.placement.get(f"/allocations/{consumer}", microversion="1.28")
        return dict(answer.json())

    def put_allocation(self, consumer: str, body: dict[str, Any]) -> None:
        answer = self.api.placement.put(f"/allocations/{consumer}", json=body, microversion="1.28")
        assert answer.status_code == 204, answer.text

    def delete_allocation(self, consumer: str) -> None:
        self.api.placement.delete(f"/allocations/{consumer}", microversion="1.28")

    @contextmanager
    def libvirt(self, host: str) -> Iterator[Any]:
        """A read-write connection to a host's libvirt."""
        connection = libvirt.open(self.lab.libvirt_uri.replace("{host}", host))
        try:
            yield connection
        finally:
            connection.close()

    def sql(self, statement: str, *values: Any, database: str = "nova_cell1") -> None:
        """Change a row in one of the lab's databases."""
        url = urlsplit(self.lab.database_urls[database])
        with (
            pymysql.connect(
                host=url.hostname,
                port=url.port or 3306,
                user=url.username,
                password=unquote(url.password or ""),
                database=url.path.lstrip("/"),
                autocommit=True,
            ) as connection,
            connection.cursor() as cursor,
        ):
            cursor.execute(statement, values)


def passes(cloud: LabCloud) -> None:
    """All rules hold in the cloud."""
    said = cloud.check()
    assert (said.code, said.rows) == (0, []), said


@pytest.fixture(scope="session")
def cloud(lab: LabEnvironment) -> Iterator[LabCloud]:
    """The lab's cloud, at rest: all rules hold before the first leak is planted."""
    cloud = LabCloud(lab)
    passes(cloud)
    yield cloud
    cloud.api.close()


@pytest.fixture
def server(cloud: LabCloud) -> Iterator[str]:
    """A server on compute1."""
    uuid_ = cloud.boot("compute1")
    yield uuid_
    if cloud.show(uuid_)["status"] != "GONE":
        cloud.delete(uuid_)
    passes(cloud)


def wait_for(done: Callable[[], bool], what: str, seconds: float = 90) -> None:
    """Wait until something in the cloud has come about."""
    end = time.monotonic() + seconds
    while not done():
        if time.monotonic() > end:
            raise AssertionError(f"waited {seconds:g} s in vain for {what}")
        time.sleep(0.3)
