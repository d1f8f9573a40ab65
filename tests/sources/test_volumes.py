"""Volumes, snapshots, backups and attachments, and a cloud that has none."""

from typing import Any

import pytest

from harness.core.answers.shape import ShapeError
from harness.core.ports import Absent, Unreachable
from harness.sources import (
    volume_attachments,
    volume_backups,
    volume_quotas,
    volume_snapshots,
    volumes,
)
from tests.sources.answers import CloudOf
from tests.sources.answers_things import (
    ATTACHED_TO,
    ATTACHMENT,
    BACKUP,
    OWNER,
    QUOTA,
    SNAPSHOT,
    VOLUME,
    VOLUME_ATTACHMENT,
    volume,
)

SOURCES = (volumes, volume_snapshots, volume_backups, volume_attachments)
PATHS = ("/volumes/detail", "/snapshots/detail", "/backups/detail", "/attachments")


@pytest.mark.parametrize("source", SOURCES)
def test_a_cloud_without_cinder_says_so(source: Any) -> None:
    cloud = CloudOf(**{path: [Absent("the catalog has none")] for path in PATHS})
    assert source.SOURCE.optional
    with pytest.raises(Absent):
        source.read(cloud)


def test_volumes_of_all_projects_are_asked_for_on_all_pages_without_secrets() -> None:
    link = {"rel": "next", "href": "http://cinder/v3/p/volumes/detail?limit=1000&marker=m1"}
    first = {"volumes": [volume(metadata={"a": "secret"})], "volumes_links": [link]}
    cloud = CloudOf(**{"/volumes/detail": [first, {"volumes": [volume(id="two")]}]})
    body = volumes.read(cloud)
    assert "secret" not in str(body)
    assert [row.uuid for row in volumes.parse(body)] == [VOLUME, "two"]
    assert [asked.get("marker") for _, _, _, asked in cloud.asked] == [None, "m1"]
    assert all(asked["all_tenants"] == "1" for _, _, _, asked in cloud.asked)


def test_a_cinder_that_is_older_is_asked_as_it_can_be() -> None:
    old = volume()
    del old["consumes_quota"]
    answers = [Unreachable("HTTP 406", 406), {"volumes": [old]}]
    cloud = CloudOf(**{"/volumes/detail": answers})
    (row,) = volumes.parse(volumes.read(cloud))
    assert row.counted is None
    assert [version for _, _, version, _ in cloud.asked] == ["3.65", "3.27"]


def test_another_refusal_is_told() -> None:
    cloud = CloudOf(**{"/volumes/detail": [Unreachable("HTTP 403", 403)]})
    with pytest.raises(Unreachable, match="403"):
        volumes.read(cloud)


def test_a_volume_tells_what_has_it() -> None:
    (row,) = volumes.parse({"pages": [{"volumes": [volume()]}]})
    assert (row.project, row.size, row.status) == (OWNER, 1, "in-use")
    assert row.uses == (volumes.Use(ATTACHMENT, ATTACHED_TO, "/dev/vdb"),)


@pytest.mark.parametrize(
    ("told", "moving"), [(None, ""), ("none", ""), ("success", ""), ("migrating", "migrating")]
)
def test_a_volume_that_cinder_moves(told: str | None, moving: str) -> None:
    moved = volume(**{"os-vol-mig-status-attr:migstat": told})
    (row,) = volumes.parse({"pages": [{"volumes": [moved]}]})
    assert row.migration_status == moving


@pytest.mark.parametrize(
    ("source", "name", "row", "hidden"),
    [
        (volumes, "volumes", volume(), "os-vol-tenant-attr:tenant_id"),
        (volume_snapshots, "snapshots", SNAPSHOT, "os-extended-snapshot-attributes:project_id"),
        (volume_backups, "backups", BACKUP, "os-backup-project-attr:project_id"),
    ],
)
def test_a_project_that_a_policy_hides_is_not_none(
    source: Any, name: str, row: dict[str, Any], hidden: str
) -> None:
    seen = {key: value for key, value in row.items() if key != hidden}
    with pytest.raises(ShapeError, match="does a policy of the cloud hide it"):
        list(source.parse({"pages": [{name: [seen]}]}))


def test_a_snapshot_and_a_backup_are_read() -> None:
    (snapshot,) = volume_snapshots.parse({"pages": [{"snapshots": [SNAPSHOT]}]})
    (backup,) = volume_backups.parse({"pages": [{"backups": [{**BACKUP, "volume_id": None}]}]})
    assert (snapshot.volume, snapshot.project, snapshot.updated) == (VOLUME, OWNER, "")
    assert (backup.volume, backup.project, backup.reason) == ("", OWNER, "no room")


def test_attachments_are_asked_for_until_a_page_is_empty() -> None:
    of_glance = {**VOLUME_ATTACHMENT, "id": "two", "instance": None}
    pages = [
        {"attachments": [VOLUME_ATTACHMENT]},
        {"attachments": [of_glance]},
        {"attachments": []},
    ]
    cloud = CloudOf(**{"/attachments": pages})
    rows = list(volume_attachments.parse(volume_attachments.read(cloud)))
    assert [(row.uuid, row.server) for row in rows] == [(ATTACHMENT, ATTACHED_TO), ("two", "")]
    assert [asked.get("marker") for _, _, _, asked in cloud.asked] == [None, ATTACHMENT, "two"]


def _quotas_of(*names: str) -> CloudOf:
    projects = {"projects": [{"id": name, "name": name} for name in names]}
    return CloudOf(**{"/projects": [projects], f"/os-quota-sets/{names[-1]}": [QUOTA]})


def test_quotas_are_asked_for_of_the_projects_of_tests_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(volume_quotas, "MOST", 1)
    cloud = _quotas_of("admin", "tempest-A-1")
    (row,) = volume_quotas.parse(volume_quotas.read(cloud))
    assert (row.project, row.used["gigabytes"], row.reserved["volumes"]) == (OWNER, 1, 0)
    assert cloud.asked[1:] == [
        ("block_storage", "/os-quota-sets/tempest-A-1", "3.65", {"usage": "true"})
    ]


@pytest.mark.parametrize("refusal", [Unreachable("HTTP 406", 406), Absent("the catalog has none")])
def test_a_cinder_that_does_not_tell_what_counts_is_none(refusal: Exception) -> None:
    cloud = _quotas_of("admin")
    cloud.answers["/os-quota-sets/admin"] = [refusal]
    with pytest.raises(Absent):
        volume_quotas.read(cloud)


def test_a_refusal_of_quotas_is_told() -> None:
    cloud = _quotas_of("admin")
    cloud.answers["/os-quota-sets/admin"] = [Unreachable("HTTP 403", 403)]
    with pytest.raises(Unreachable, match="403"):
        volume_quotas.read(cloud)
