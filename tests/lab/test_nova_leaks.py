"""What nova itself loses track of, planted in the real cloud."""

import uuid

import pytest

from tests.lab.conftest import LabCloud, wait_for
from tests.lab.servers import VERSION, do
from tests.lab.test_more_leaks import LONG_AGO, held
from tests.lab.test_planted_leaks import only, passes

pytestmark = pytest.mark.lab


def test_a_provider_of_no_compute_node(cloud: LabCloud) -> None:
    subject = str(uuid.uuid4())
    api, words = cloud.api.placement, {"microversion": "1.28"}
    made = api.post("/resource_providers", json={"name": "old-host", "uuid": subject}, **words)
    assert made.status_code < 300, made.text
    try:
        passes(cloud)
        marked = api.put(
            f"/resource_providers/{subject}/traits",
            json={"resource_provider_generation": 0, "traits": ["COMPUTE_NODE"]},
            **words,
        )
        assert marked.status_code < 300, marked.text
        row = only(cloud, "provider_has_compute_node", subject, "")
        assert "old-host" in row["message"]
    finally:
        api.delete(f"/resource_providers/{subject}", **words)
    passes(cloud)


def test_a_server_half_deleted(cloud: LabCloud, server: str) -> None:
    state = "update instances set vm_state = %s where uuid = %s"
    cloud.sql(state, "deleted", server)
    try:
        said = cloud.check()
        assert said.code == 1, said
        assert {(row["subject"], row["verdict"]) for row in said.rows} >= {(server, "FAIL")}
        assert {row["invariant"] for row in said.rows} - {"tracker_equals_flavors"} == {
            "allocation_equals_flavor",
            "deleted_server_is_gone",
            "domain_has_server",
        }
    finally:
        cloud.sql(state, "active", server)


def test_a_domain_without_a_definition(cloud: LabCloud, server: str) -> None:
    with cloud.libvirt("compute1") as connection:
        domain = connection.lookupByUUIDString(server)
        xml = domain.XMLDesc(0)
        domain.undefine()
        try:
            only(cloud, "domain_is_persistent", server, "compute1")
        finally:
            connection.defineXML(xml)


def test_a_domain_paused_under_an_active_server(cloud: LabCloud, server: str) -> None:
    with cloud.libvirt("compute1") as connection:
        domain = connection.lookupByUUIDString(server)
        domain.suspend()
        try:
            row = only(cloud, "power_state_is_true", server, "compute1")
            assert "it is paused" in row["message"]
        finally:
            domain.resume()


def test_a_move_that_nobody_ends(cloud: LabCloud, server: str) -> None:
    do(cloud, server, "migrate", "VERIFY_RESIZE")
    listed = cloud.api.compute.get(f"/os-migrations?instance_uuid={server}", microversion=VERSION)
    move = listed.json()["migrations"][0]["uuid"]
    do(cloud, server, "confirmResize", "ACTIVE")
    wait_for(lambda: not held(cloud, move), "the migration to let go")
    write = "update migrations set status = %s, updated_at = %s where uuid = %s"
    try:
        cloud.sql(write, "finished", LONG_AGO, move)
        row = only(cloud, "migration_ends", move, "compute1")
        assert "waits for no confirmation" in row["message"]
        cloud.sql(write, "post-migrating", LONG_AGO, move)
        row = only(cloud, "migration_ends", move, "compute1")
        assert "nobody works on it" in row["message"]
    finally:
        cloud.sql(write, "confirmed", LONG_AGO, move)
