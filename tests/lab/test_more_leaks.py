"""More leaks planted in the real cloud, beside those of test_planted_leaks."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager

import libvirt
import pytest

from tests.lab.conftest import LabCloud, wait_for
from tests.lab.servers import VERSION, act, booted, do, flavor, order
from tests.lab.test_planted_leaks import only, passes

pytestmark = pytest.mark.lab

NOVAS = """<domain type='{kind}'><name>instance-0000ffff</name><uuid>{uuid}</uuid><metadata>
<nova:instance xmlns:nova="http://openstack.org/xmlns/libvirt/nova/1.1">
<nova:name>gone-server</nova:name></nova:instance></metadata>
<memory unit='MiB'>64</memory><vcpu>1</vcpu><os><type arch='x86_64' machine='pc'>hvm</type></os>
<devices><emulator>/usr/bin/qemu-system-x86_64</emulator></devices></domain>"""
LONG_AGO = "2020-01-01 00:00:00"
Parts = dict[str, dict[str, int]]


@contextmanager
def defined(cloud: LabCloud, host: str, subject: str) -> Iterator[libvirt.virDomain]:
    """A domain of nova's making, shut off."""
    with cloud.libvirt(host) as connection:
        domain = connection.defineXML(NOVAS.format(kind=cloud.lab.virt_type, uuid=subject))
        try:
            yield domain
        finally:
            if domain.isActive():
                domain.destroy()
            domain.undefine()


def held(cloud: LabCloud, consumer: str) -> Parts:
    parts = cloud.allocations(consumer)["allocations"]
    return {provider: part["resources"] for provider, part in parts.items()}


def hold(cloud: LabCloud, consumer: str, parts: Parts) -> None:
    """Make a consumer hold just ``parts``."""
    now = cloud.allocations(consumer)
    cloud.put_allocation(
        consumer,
        {
            "allocations": {name: {"resources": part} for name, part in parts.items()},
            "project_id": now.get("project_id", uuid.uuid4().hex),
            "user_id": now.get("user_id", uuid.uuid4().hex),
            "consumer_generation": now.get("consumer_generation"),
        },
    )


@pytest.mark.parametrize("runs", [True, False])
def test_a_domain_of_a_server_that_is_gone(cloud: LabCloud, runs: bool) -> None:
    subject = str(uuid.uuid4())
    with defined(cloud, "compute2", subject) as domain:
        if runs:
            domain.create()
        row = only(cloud, "domain_has_server", subject, "compute2")
        assert "gone-server" in row["message"]
        assert ("running" if runs else "shut off") in row["message"]


def test_one_server_with_domains_on_two_hosts(cloud: LabCloud, server: str) -> None:
    with defined(cloud, "compute2", server) as domain:
        only(cloud, "domain_on_one_host", server, "compute2")
        domain.create()
        row = only(cloud, "domain_on_one_host", server, "compute2")
        assert "running" in row["message"]


def test_an_allocation_held_twice(cloud: LabCloud, server: str) -> None:
    right = held(cloud, server)
    (amounts,) = right.values()
    hold(cloud, server, {**right, cloud.provider("compute2"): amounts})
    try:
        only(cloud, "allocation_equals_flavor", server, "compute2")
    finally:
        hold(cloud, server, right)


def test_an_allocation_of_an_offloaded_server(cloud: LabCloud, server: str) -> None:
    right = held(cloud, server)
    do(cloud, server, "shelve", "SHELVED_OFFLOADED")
    passes(cloud)
    hold(cloud, server, right)
    try:
        only(cloud, "allocation_equals_flavor", server, "compute1")
    finally:
        cloud.delete_allocation(server)


def test_an_allocation_left_by_a_confirmed_resize(cloud: LabCloud, server: str) -> None:
    do(cloud, server, "resize", "VERIFY_RESIZE", {"flavorRef": "102"})
    listed = cloud.api.compute.get(f"/os-migrations?instance_uuid={server}", microversion=VERSION)
    migration = listed.json()["migrations"][0]["uuid"]
    old = held(cloud, migration)
    do(cloud, server, "confirmResize", "ACTIVE")
    wait_for(lambda: not held(cloud, migration), "the migration to let go")
    hold(cloud, migration, old)
    try:
        only(cloud, "allocation_has_consumer", migration, "compute1")
    finally:
        cloud.delete_allocation(migration)


def test_a_server_set_to_error(cloud: LabCloud, server: str) -> None:
    act(cloud, server, "os-resetState", {"state": "error"})
    only(cloud, "no_server_in_error", server, "compute1")


def test_a_server_that_fits_no_host(cloud: LabCloud) -> None:
    with flavor(cloud, vcpus=200) as huge:
        server = order(cloud, huge)
        wait_for(lambda: cloud.show(server)["status"] == "ERROR", "the server to fail")
        row = only(cloud, "no_server_in_error", server, "")
        assert "No valid host" in row["message"]
        cloud.delete(server)


def test_a_task_that_nobody_ends(cloud: LabCloud, server: str) -> None:
    stick = "update instances set task_state = %s, updated_at = %s where uuid = %s"
    cloud.sql(stick, "deleting", LONG_AGO, server)
    try:
        row = only(cloud, "task_state_ends", server, "compute1")
        assert "deleting" in row["message"]
    finally:
        cloud.sql(stick, None, LONG_AGO, server)


def test_a_row_that_vanished_from_the_database(cloud: LabCloud) -> None:
    """Placement's part heals at the next audit; the domain stays for half an hour."""
    with booted(cloud, host="compute1") as server:
        vanish = "update instances set deleted = id, deleted_at = now(), vm_state = 'deleted'"
        cloud.sql(f"{vanish} where uuid = %s", server)
        only(cloud, "domain_has_server", server, "compute1")
        with cloud.libvirt("compute1") as connection:
            domain = connection.lookupByUUIDString(server)
            domain.destroy()
            domain.undefine()
    passes(cloud)
