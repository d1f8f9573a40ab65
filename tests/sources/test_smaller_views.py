"""Migrations, services, projects and nodes."""

from typing import Any

import pytest

from harness.core.answers.shape import ShapeError
from harness.sources import migrations, nodes, projects, services
from tests.sources.answers import (
    MIGRATION,
    NODE,
    PROJECT,
    SILENT,
    CloudOf,
    migration,
    service,
)


def _migrations(*listed: Any) -> list[migrations.Migration]:
    return list(migrations.parse({"pages": [{"migrations": [item]} for item in listed]}))


def test_each_unfinished_status_is_asked_for_in_the_order_of_a_migrations_life() -> None:
    cloud = CloudOf(**{"/os-migrations": [{"migrations": []}]})
    migrations.read(cloud)
    asked = [params for _, _, _, params in cloud.asked]
    assert [params["status"] for params in asked] == [*migrations.STATUSES, "done"]
    assert asked[-1]["migration_type"] == "evacuation"
    assert not {"completed", "confirmed", "reverted", "failed", "cancelled"} & {
        params["status"] for params in asked
    }


def test_pages_of_a_status_keep_to_that_status() -> None:
    link = {"rel": "next", "href": "http://nova/os-migrations?limit=1000&marker=m1&status=x"}
    first = {"migrations": [migration(uuid="m1")], "migrations_links": [link]}
    cloud = CloudOf(**{"/os-migrations": [first, {"migrations": [migration()]}]})
    body = migrations.read(cloud)
    assert {row.uuid for row in migrations.parse(body)} == {"m1", MIGRATION}
    assert cloud.asked[1][3] == {"status": "accepted", "marker": "m1", "limit": "1000"}


def test_one_that_moved_on_meanwhile_shows_its_later_status() -> None:
    rows = _migrations(migration(status="migrating"), migration(status="finished"))
    assert [row.status for row in rows] == ["finished"]


@pytest.mark.parametrize(
    ("status", "moving"),
    [
        ("accepted", True),
        ("running", True),
        ("running (post-copy)", True),
        ("confirming", True),
        ("finished", False),
        ("error", False),
        ("done", False),
    ],
)
def test_moving(status: str, moving: bool) -> None:
    assert [row.moving for row in _migrations(migration(status=status))] == [moving]


def test_a_migration_that_never_changed_is_as_old_as_its_beginning() -> None:
    (row,) = _migrations(migration(updated_at=None, dest_compute=None, dest_node=None))
    assert row.updated == "2026-11-23T20:00:30.000000"
    assert row.hosts == ("compute1", "")


def test_a_service_of_a_silent_cell_is_not_up() -> None:
    rows = list(services.parse({"services": [service(), SILENT, service(forced_down=True)]}))
    assert [(row.host, row.up) for row in rows] == [
        ("compute1", True),
        ("compute9", False),
        ("compute1", True),
    ]
    assert [row.forced_down for row in rows] == [False, False, True]
    assert rows[1].key == "nova-compute@compute9"


@pytest.mark.parametrize(
    "cut", [{"truncated": True}, {"links": {"next": "http://keystone/v3/projects?marker=p"}}]
)
def test_a_list_of_projects_that_was_cut_short_is_refused(cut: Any) -> None:
    with pytest.raises(ShapeError, match="cut the list short"):
        list(projects.parse({"projects": [PROJECT], **cut}))


@pytest.mark.parametrize(
    ("name", "test_class"),
    [
        ("tempest-ServersTestJSON-1234", "ServersTestJSON"),
        ("tempest-ServersTestJSON-1234-desc", ""),
        ("tempest-A-B-1", "A-B"),
        ("admin", ""),
    ],
)
def test_a_project_of_tempest_tells_its_class(name: str, test_class: str) -> None:
    (row,) = projects.parse({"projects": [{**PROJECT, "name": name}]})
    assert row.test_class == test_class


def test_a_host_adds_up_the_vcpus_of_its_domains() -> None:
    (row,) = nodes.parse("compute1", NODE)
    assert (row.active_vcpus, row.memory_mb, row.memory_free_mb) == (3, 16384, 1026)


def test_vcpus_that_libvirt_did_not_tell_are_not_zero() -> None:
    with pytest.raises(ShapeError):
        list(nodes.parse("compute1", {**NODE, "active_vcpus": [1, None]}))
