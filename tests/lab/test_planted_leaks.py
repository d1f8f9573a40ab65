"""One leak at a time, planted in the real cloud: the right rule names it, and PASS returns."""

import uuid
from typing import Any

import pytest

from harness.lab import faults
from harness.lab.layout import layout_of
from tests.lab.conftest import LabCloud, harness, wait_for

pytestmark = pytest.mark.lab

DOMAIN = """<domain type='{kind}'><name>instance-0000ffff</name><uuid>{uuid}</uuid>
<memory unit='MiB'>64</memory><vcpu>1</vcpu>
<os><type arch='x86_64' machine='pc'>hvm</type></os>
<devices><emulator>/usr/bin/qemu-system-x86_64</emulator></devices></domain>"""


def silent(host: str) -> tuple[str, str, str, str]:
    """What is said of a host whose nova-compute does not report."""
    return ("service_reports", "FAIL", f"nova-compute@{host}", host)


def only(
    cloud: LabCloud, invariant: str, subject: str, host: str, *beside: tuple[str, str, str, str]
) -> dict[str, Any]:
    """Check the cloud: it fails, with one breach of one rule, and that is this one; ``beside`` is
    what follows from how it was planted."""
    said = cloud.check()
    assert said.code == 1, said
    assert {
        (row["invariant"], row["verdict"], row["subject"], row["host"]) for row in said.rows
    } == {(invariant, "FAIL", subject, host), *beside}, said.out
    (row,) = said.of(invariant)
    assert row["message"] and row["views"]
    return row


def passes(cloud: LabCloud) -> None:
    said = cloud.check()
    assert (said.code, said.rows) == (0, []), said


def test_a_domain_that_nova_does_not_know(cloud: LabCloud) -> None:
    subject = str(uuid.uuid4())
    with cloud.libvirt("compute2") as connection:
        domain = connection.defineXML(DOMAIN.format(kind=cloud.lab.virt_type, uuid=subject))
        domain.create()
        try:
            row = only(cloud, "domain_has_server", subject, "compute2")
            assert "no nova metadata" in row["message"]
        finally:
            domain.destroy()
            domain.undefine()
    passes(cloud)


def test_a_domain_undefined_under_an_active_server(cloud: LabCloud, server: str) -> None:
    with cloud.libvirt("compute1") as connection:
        domain = connection.lookupByUUIDString(server)
        xml = domain.XMLDesc(0)
        domain.destroy()
        domain.undefine()
        row = only(cloud, "server_has_domain", server, "compute1")
        assert "ACTIVE" in row["message"]
        connection.defineXML(xml).create()
    passes(cloud)


def test_an_allocation_for_a_consumer_that_does_not_exist(cloud: LabCloud) -> None:
    consumer = str(uuid.uuid4())
    cloud.put_allocation(
        consumer,
        {
            "allocations": {
                cloud.provider("compute2"): {
                    "resources": {"VCPU": 2, "MEMORY_MB": 128, "DISK_GB": 1}
                }
            },
            "project_id": uuid.uuid4().hex,
            "user_id": uuid.uuid4().hex,
            "consumer_generation": None,
        },
    )
    try:
        row = only(cloud, "allocation_has_consumer", consumer, "compute2")
        assert "VCPU 2" in row["message"]
    finally:
        cloud.delete_allocation(consumer)
    passes(cloud)


def test_the_allocation_of_a_server_deleted(cloud: LabCloud, server: str) -> None:
    held = cloud.allocations(server)
    cloud.delete_allocation(server)
    try:
        only(cloud, "server_has_allocation", server, "compute1")
    finally:
        del held["consumer_generation"]
        body = {
            name: {"resources": part["resources"]} for name, part in held["allocations"].items()
        }
        cloud.put_allocation(server, {**held, "allocations": body, "consumer_generation": None})
    passes(cloud)


def test_an_allocation_of_the_wrong_size(cloud: LabCloud, server: str) -> None:
    held = cloud.allocations(server)
    right = {name: {"resources": part["resources"]} for name, part in held["allocations"].items()}
    wrong = {
        name: {"resources": {**part["resources"], "MEMORY_MB": 32}} for name, part in right.items()
    }
    cloud.put_allocation(server, {**held, "allocations": wrong})
    try:
        row = only(cloud, "allocation_equals_flavor", server, "compute1")
        assert "MEMORY_MB 32" in row["message"]
        assert "MEMORY_MB 64" in row["message"]
    finally:
        generation = cloud.allocations(server)["consumer_generation"]
        cloud.put_allocation(
            server, {**held, "allocations": right, "consumer_generation": generation}
        )
    passes(cloud)


def test_a_tracker_row_made_wrong(cloud: LabCloud) -> None:
    """Nova's next audit would put the row right, so none runs meanwhile."""
    stopped = harness("lab", "stop", "nova-compute-2")
    assert stopped.code == 0, stopped
    try:
        cloud.sql("update compute_nodes set vcpus_used = 7 where host = %s", "compute2")
        row = only(cloud, "tracker_equals_flavors", "compute2", "compute2", silent("compute2"))
        assert "0 vCPUs expected, 7 seen (+7)" in row["message"]
    finally:
        started = harness("lab", "start", "nova-compute-2")
        assert started.code == 0, started
    passes(cloud)


def test_nova_compute_killed_in_mid_delete(cloud: LabCloud, server: str) -> None:
    """It is frozen when the delete comes, so that it is surely killed before it has done it."""
    layout = layout_of(cloud.lab.state_dir)
    faults.kill(layout, ["nova-compute-1"], "STOP", lambda text: None)
    try:
        cloud.api.compute.delete(f"/servers/{server}")
        wait_for(lambda: cloud.task(server) == "deleting", "the delete to begin")
        faults.kill(layout, ["nova-compute-1"], "KILL", lambda text: None)
        said = cloud.check()
        assert said.code == 1, said
        of_server = [row for row in said.rows if row["invariant"] != "service_reports"]
        assert {(row["subject"], row["host"]) for row in of_server} == {(server, "compute1")}
        (down,) = said.of("service_reports")
        assert down["subject"] == "nova-compute@compute1"
        (row,) = said.of("task_state_ends")
        assert "deleting" in row["message"]
        assert "nova-compute on compute1 does not report" in row["message"]
    finally:
        started = harness("lab", "start", "nova-compute-1")
        assert started.code == 0, started
    wait_for(lambda: cloud.show(server)["status"] == "GONE", "nova to resume the delete")
    passes(cloud)


def test_a_stopped_libvirtd_makes_its_rules_unknown(cloud: LabCloud) -> None:
    stopped = harness("lab", "stop", "libvirtd-2")
    assert stopped.code == 0, stopped
    try:
        said = cloud.check()
        assert said.code == 2, said
        assert {row["verdict"] for row in said.rows} == {"UNKNOWN"}
        assert {row["host"] for row in said.rows} == {"compute2"}
        assert {row["invariant"] for row in said.rows} == {
            "domain_has_server",
            "domain_is_persistent",
            "domain_on_one_host",
            "power_state_is_true",
            "server_has_domain",
        }
    finally:
        started = harness("lab", "start", "libvirtd-2")
        assert started.code == 0, started
    passes(cloud)
