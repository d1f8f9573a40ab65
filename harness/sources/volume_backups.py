"""Cinder's backups of volumes, of all projects."""

from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from harness.core.answers.shape import take, take_null, take_or_none
from harness.core.apis.cinder import listed
from harness.core.apis.paging import rows_of
from harness.core.ports import Cloud
from harness.core.views.source import CloudSource


class VolumeBackup(Struct, frozen=True, gc=False):
    """A backup of ``volume``, which may be gone. ``size`` in GB, ``reason`` says why it failed."""

    uuid: str
    name: str
    project: str
    status: str
    created: str
    updated: str
    volume: str
    size: int
    reason: str

    @property
    def key(self) -> str:
        return self.uuid


def read(cloud: Cloud) -> Any:
    """Ask for the backups of all projects. Raises Absent where the cloud has no cinder."""
    return listed(cloud, "/backups/detail", "backups")


def parse(body: Any) -> Iterator[VolumeBackup]:
    """Yield the backups."""
    for data in rows_of(body, "backups"):
        yield VolumeBackup(
            uuid=take(data, "id", str),
            name=take_or_none(data, "name", str) or "",
            project=take_null(data, "os-backup-project-attr:project_id", str) or "",
            status=take(data, "status", str),
            created=take_or_none(data, "created_at", str) or "",
            updated=take_or_none(data, "updated_at", str) or "",
            volume=take_or_none(data, "volume_id", str) or "",
            size=take_or_none(data, "size", int) or 0,
            reason=take_or_none(data, "fail_reason", str) or "",
        )


SOURCE = CloudSource("volume_backups", read, parse, optional=True)
