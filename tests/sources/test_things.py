"""Images, users, key pairs, server groups, flavors, aggregates and servers that are deleted."""

from typing import Any

import pytest

from harness.core.answers.shape import ShapeError
from harness.core.ports import Unreachable
from harness.sources import (
    aggregates,
    deleted_servers,
    flavors,
    images,
    keypairs,
    server_groups,
    servers,
    users,
)
from tests.sources.answers import CloudOf, server
from tests.sources.answers_things import (
    AGGREGATE,
    ATTACHED_TO,
    FLAVOR,
    IMAGE,
    KEYPAIR,
    OWNER,
    SERVER_GROUP,
    USER,
    USERS,
    deleted_server,
)


def test_images_are_asked_for_on_all_pages_hidden_ones_too() -> None:
    first = {"images": [IMAGE], "next": "/v2/images?limit=1000&visibility=all&marker=m1"}
    cloud = CloudOf(**{"/images": [first, {"images": []}, {"images": [{**IMAGE, "id": "two"}]}]})
    rows = list(images.parse(images.read(cloud)))
    assert [row.uuid for row in rows] == [IMAGE["id"], "two"]
    assert [(asked["os_hidden"], asked.get("marker")) for _, _, _, asked in cloud.asked] == [
        ("false", None),
        ("false", "m1"),
        ("true", None),
    ]


HOLDERS = {"resource_providers": [{"uuid": "node-1"}]}


def test_of_an_image_is_kept_what_may_keep_a_server_from_a_host() -> None:
    """And nothing else of what its owner wrote."""
    written = {
        "trait:CUSTOM_FAST": "required",
        "trait:CUSTOM_SLOW": "forbidden",
        "trait:CUSTOM_LONG": "a secret of its owner's that is long",
        "hw_disk_bus": "scsi",
        "hw_vif_model": "a b",
        "owner_specified.note": "swordfish",
    }
    cloud = CloudOf(
        **{"/images": [{"images": [{**IMAGE, **written}]}], "/resource_providers": [HOLDERS]}
    )
    body = images.read(cloud)
    assert "swordfish" not in str(body)
    assert "secret" not in str(body)
    (row,) = images.parse(body)
    kept = ("trait:CUSTOM_FAST", "trait:CUSTOM_SLOW", "hw_disk_bus")
    assert row.asks == {name: written[name] for name in kept}
    asked = {"CUSTOM_FAST": ("node-1",), "COMPUTE_STORAGE_BUS_SCSI": ("node-1",)}
    assert row.having == asked, "what it forbids nova does not heed"


@pytest.mark.parametrize(("status", "having"), [(400, {"CUSTOM_FAST": ()}), (503, {}), (None, {})])
def test_a_trait_that_placement_does_not_know_nobody_has(
    status: int | None, having: dict[str, tuple[str, ...]]
) -> None:
    image = {**IMAGE, "trait:CUSTOM_FAST": "required"}
    refusal = Unreachable("no", status)
    cloud = CloudOf(**{"/images": [{"images": [image]}], "/resource_providers": [refusal]})
    (row,) = images.parse(images.read(cloud))
    assert row.having == having


def test_a_next_page_without_a_marker_is_a_surprise() -> None:
    cloud = CloudOf(**{"/images": [{"images": [], "next": "/v2/images?limit=1"}]})
    with pytest.raises(ShapeError, match="without a marker"):
        images.read(cloud)


def test_an_image_of_a_server_tells_which() -> None:
    plain = {**IMAGE, "id": "two", "name": None, "size": None}
    for name in ("instance_uuid", "base_image_ref", "image_type"):
        del plain[name]
    snapshot, other = images.parse({"pages": [{"images": [IMAGE, plain]}]})
    assert (snapshot.server, snapshot.kind, snapshot.project) == (ATTACHED_TO, "snapshot", OWNER)
    assert (other.server, other.kind, other.size, other.name) == ("", "", None, "")


@pytest.mark.parametrize("cut", [{"truncated": True}, {"links": {"next": "http://k/v3/users?m"}}])
def test_a_list_of_users_that_was_cut_short_is_refused(cut: Any) -> None:
    with pytest.raises(ShapeError, match="cut the list short"):
        list(users.parse({**USERS, **cut}))


def test_a_user_is_read() -> None:
    first, second = users.parse(USERS)
    assert (first.project, first.status, second.status) == (OWNER, "enabled", "disabled")


def test_key_pairs_are_asked_for_of_tests_users_and_their_keys_are_left_out() -> None:
    told = {"keypair": {**KEYPAIR["keypair"], "public_key": "ssh-rsa AAAA"}}
    cloud = CloudOf(**{"/users": [USERS], "/os-keypairs": [{"keypairs": [told]}]})
    body = keypairs.read(cloud)
    assert "AAAA" not in str(body)
    asked = [params for _, path, _, params in cloud.asked if path == "/os-keypairs"]
    assert [params["user_id"] for params in asked] == [USER["id"]]
    (row,) = keypairs.parse(body)
    assert (row.key, row.project, row.name) == (
        "4f2c/tempest-keypair-1",
        OWNER,
        "tempest-keypair-1",
    )


def test_server_groups_are_asked_for_until_a_page_is_empty() -> None:
    pages = [
        {"server_groups": [SERVER_GROUP]},
        {"server_groups": [{**SERVER_GROUP, "id": "two"}]},
        {"server_groups": []},
    ]
    cloud = CloudOf(**{"/os-server-groups": pages})
    rows = list(server_groups.parse(server_groups.read(cloud)))
    assert [row.uuid for row in rows] == [SERVER_GROUP["id"], "two"]
    assert [asked.get("offset") for _, _, _, asked in cloud.asked] == [None, "1", "2"]
    assert rows[0].members == (ATTACHED_TO,)


def test_a_server_that_ignores_the_offset_is_found_out() -> None:
    cloud = CloudOf(**{"/os-server-groups": [{"server_groups": [SERVER_GROUP]}]})
    with pytest.raises(ShapeError, match="in a circle"):
        server_groups.read(cloud)


def test_flavors_of_both_kinds_are_asked_for() -> None:
    cloud = CloudOf(**{"/flavors/detail": [{"flavors": [FLAVOR]}]})
    (row,) = flavors.parse(flavors.read(cloud))
    assert (row.uuid, row.name, row.public) == ("101", "lab.tiny", False)
    assert cloud.asked[0][3]["is_public"] == "None"


def test_an_aggregate_is_read() -> None:
    (row,) = aggregates.parse({"aggregates": [AGGREGATE]})
    assert (row.key, row.hosts, row.zone) == (AGGREGATE["uuid"], ("compute1",), "")


PROJECTS = "5edaefea30404a88a25d7079d2a02293, 7a1d3c1e-1f1b-4bb1-9a53-8f1a3a3c2b01"


def test_of_the_metadata_of_an_aggregate_no_secret_is_kept() -> None:
    written = {
        "filter_tenant_id": PROJECTS,
        "filter_tenant_id2": "swordfish is no project",
        "trait:CUSTOM_FAST": "required",
        "ssd": "true",
        "note": "swordfish",
        "a secret": "x",
    }
    cloud = CloudOf(**{"/os-aggregates": [{"aggregates": [{**AGGREGATE, "metadata": written}]}]})
    body = aggregates.read(cloud)
    assert "swordfish" not in str(body)
    (row,) = aggregates.parse(body)
    assert row.metadata == {
        "filter_tenant_id": PROJECTS,
        "filter_tenant_id2": None,
        "trait:CUSTOM_FAST": "required",
        "ssd": "true",
        "note": None,
    }


def test_the_newest_deleted_servers_are_asked_for_without_secrets() -> None:
    page = {
        "servers": [deleted_server(metadata={"password": "secret"})],
        "servers_links": [{"rel": "next", "href": "http://nova/servers/detail?marker=x"}],
    }
    cloud = CloudOf(**{"/servers/detail": [page]})
    body = deleted_servers.read(cloud)
    assert "secret" not in str(body)
    ((_, _, _, asked),) = cloud.asked
    assert (asked["deleted"], asked["sort_key"], asked["sort_dir"]) == (
        "True",
        "updated_at",
        "desc",
    )


def test_a_row_that_nova_cannot_show_hides_its_neighbours_details_alone() -> None:
    failed = Unreachable("compute /servers/detail: HTTP 500: InstanceNotFound", 500)
    names = [{"id": f"uuid-{number}", "name": f"name-{number}"} for number in range(25)]
    whole = {"servers": [deleted_server(id=item["id"]) for item in names[10:20]]}
    rest = {"servers": [deleted_server(id=item["id"]) for item in names[20:]]}
    answers = {"/servers/detail": [failed, failed, whole, rest], "/servers": [{"servers": names}]}
    cloud = CloudOf(**answers)
    rows = {row.uuid: row for row in deleted_servers.parse(deleted_servers.read(cloud))}
    assert set(rows) == {item["id"] for item in names}
    assert (rows["uuid-3"].name, rows["uuid-3"].flavor) == ("name-3", None)
    assert rows["uuid-12"].flavor is not None
    markers = [asked.get("marker") for _, path, _, asked in cloud.asked if path.endswith("detail")]
    assert markers == [None, None, "uuid-9", "uuid-19"]


def test_another_failure_of_nova_is_told() -> None:
    cloud = CloudOf(**{"/servers/detail": [Unreachable("HTTP 503", 503)]})
    with pytest.raises(Unreachable, match="503"):
        deleted_servers.read(cloud)


def test_a_soft_deleted_server_is_none_of_them() -> None:
    soft = deleted_server(id="soft", **{"OS-EXT-STS:vm_state": "soft-delete"})
    (row,) = deleted_servers.parse({"servers": [soft, deleted_server()]})
    assert (row.host, row.flavor.ram, row.deleted) == (
        "compute1",
        64,
        "2026-11-23T20:01:00.000000",
    )


def test_a_server_tells_its_volumes() -> None:
    attached = server(**{"os-extended-volumes:volumes_attached": [{"id": "v1"}, {"id": "v2"}]})
    (row,) = servers.parse({"pages": [{"servers": [attached]}], "attachments": {}, "silent": []})
    assert row.volumes == ("v1", "v2")
