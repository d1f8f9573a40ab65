"""Healthy clouds that look as if they leaked: every rule stays quiet."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest

from tests.lab.conftest import LabCloud, harness, passes, wait_for
from tests.lab.servers import (
    VERSION,
    act,
    booted,
    compute_service,
    flavor,
    host_of,
    image,
    lab_service,
    order,
    reach,
)

pytestmark = [pytest.mark.lab, pytest.mark.slow]

LIVE = {"host": None, "block_migration": "auto"}
Orders = Sequence[tuple[str, str, Any, str]]
"""server's name here, action, its body, the status that it leads to."""


class Fleet:
    """Servers by a name for each; all of an order is given before any of it is waited for."""

    def __init__(self, cloud: LabCloud, wanted: dict[str, tuple[str, str]]) -> None:
        self.cloud = cloud
        self.servers = {
            name: order(cloud, size, host=host) for name, (size, host) in wanted.items()
        }

    def rest(self, status: str) -> None:
        for server in self.servers.values():
            reach(self.cloud, server, status)

    def send(self, orders: Orders) -> None:
        for name, action, body, _status in orders:
            act(self.cloud, self.servers[name], action, body)

    def arrive(self, orders: Orders) -> None:
        for name, _action, _body, status in orders:
            reach(self.cloud, self.servers[name], status)

    def delete(self) -> None:
        for server in self.servers.values():
            self.cloud.api.compute.delete(f"/servers/{server}")
        for server in self.servers.values():
            wait_for(lambda s=server: self.cloud.show(s)["status"] == "GONE", "servers to go")


@contextmanager
def fleet(cloud: LabCloud, wanted: dict[str, tuple[str, str]]) -> Iterator[Fleet]:
    found = Fleet(cloud, wanted)
    try:
        found.rest("ACTIVE")
        yield found
    finally:
        found.delete()


def test_servers_in_every_state(cloud: LabCloud) -> None:
    with ExitStack() as stack:
        half, more, extra = (
            stack.enter_context(flavor(cloud, **sizes))
            for sizes in ({"swap": 512}, {"swap": 1536}, {"ephemeral": 1})
        )
        there: Orders = [
            ("stopped", "os-stop", None, "SHUTOFF"),
            ("paused", "pause", None, "PAUSED"),
            ("suspended", "suspend", None, "SUSPENDED"),
            ("rescued", "rescue", {}, "RESCUE"),
            ("shelved", "shelve", None, "SHELVED_OFFLOADED"),
            ("moved", "migrate", None, "VERIFY_RESIZE"),
            ("resized", "resize", {"flavorRef": "102"}, "VERIFY_RESIZE"),
            ("shrunk", "resize", {"flavorRef": extra}, "VERIFY_RESIZE"),
        ]
        back: Orders = [
            ("stopped", "os-start", None, "ACTIVE"),
            ("paused", "unpause", None, "ACTIVE"),
            ("suspended", "resume", None, "ACTIVE"),
            ("rescued", "unrescue", None, "ACTIVE"),
            ("shelved", "unshelve", None, "ACTIVE"),
            ("moved", "revertResize", None, "ACTIVE"),
            ("resized", "confirmResize", None, "ACTIVE"),
            ("shrunk", "confirmResize", None, "ACTIVE"),
        ]
        sizes = {"resized": half, "shrunk": more}
        hosts = ("compute1", "compute2")
        wanted = {
            name: (sizes.get(name, "101"), hosts[number % 2])
            for number, (name, *_) in enumerate(there)
        }
        servers = stack.enter_context(fleet(cloud, wanted))
        servers.send(there)
        servers.arrive(there)
        passes(cloud)
        servers.send(back)
        servers.arrive(back)
        passes(cloud)
    passes(cloud)


def test_servers_that_move_live_and_are_made_anew(cloud: LabCloud) -> None:
    orders: Orders = [
        ("first", "os-migrateLive", LIVE, "ACTIVE"),
        ("second", "rebuild", {"imageRef": image(cloud, "lab-blank-alt")}, "ACTIVE"),
        ("third", "reboot", {"type": "HARD"}, "ACTIVE"),
    ]
    wanted = {"first": ("101", "compute1"), "second": ("101", "compute1")}
    with fleet(cloud, {**wanted, "third": ("101", "compute2")}) as servers:
        servers.send(orders)
        passes(cloud)
        servers.arrive(orders)
        assert host_of(cloud, servers.servers["first"]) == "compute2"
        passes(cloud)
    passes(cloud)


def test_an_evacuated_server_while_its_host_is_down_and_after(cloud: LabCloud) -> None:
    with booted(cloud, host="compute2") as server:
        lab_service("stop", "nova-compute-2")
        try:
            compute_service(cloud, "compute2", forced_down=True)
            with cloud.libvirt("compute2") as connection:
                connection.lookupByUUIDString(server).destroy()
            act(cloud, server, "evacuate", {"host": "compute1"})
            reach(cloud, server, "ACTIVE")
            passes(cloud)
        finally:
            lab_service("start", "nova-compute-2")
            wait_for(lambda: _let_up(cloud, "compute2"), "the evacuation to be completed")
        passes(cloud)
        with cloud.libvirt("compute2") as connection:
            assert connection.listAllDomains(0) == []
    passes(cloud)


def _let_up(cloud: LabCloud, host: str) -> bool:
    """Take a host's forced-down mark away; nova refuses while it must still clean up there."""
    listed = cloud.api.compute.get("/os-migrations?status=done", microversion=VERSION).json()
    if any(item["source_compute"] == host for item in listed["migrations"]):
        return False
    compute_service(cloud, host, forced_down=False)
    return True


def test_a_host_disabled_and_a_host_forced_down(cloud: LabCloud, server: str) -> None:
    assert host_of(cloud, server) == "compute1"
    compute_service(cloud, "compute1", status="disabled")
    compute_service(cloud, "compute2", forced_down=True)
    try:
        passes(cloud)
    finally:
        compute_service(cloud, "compute1", status="enabled")
        compute_service(cloud, "compute2", forced_down=False)


def test_a_cloud_that_never_rests(cloud: LabCloud) -> None:
    """UNKNOWN is right while something is in flight; a FAIL never is."""
    stop = threading.Event()

    def churn() -> None:
        busy = LabCloud(cloud.lab)
        while not stop.is_set():
            with fleet(busy, {"one": ("101", "compute1"), "two": ("102", "compute2")}) as servers:
                servers.send([("two", "reboot", {"type": "HARD"}, "ACTIVE")])
        busy.api.close()

    threads = [threading.Thread(target=churn) for _ in range(2)]
    for thread in threads:
        thread.start()
    try:
        for _ in range(6):
            said = harness("check", "--cloud", "lab", "--settle-limit", "8", "-f", "json")
            assert said.code in (0, 2), said
            assert {row["verdict"] for row in said.rows} <= {"UNKNOWN"}, said.out
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    passes(cloud)
