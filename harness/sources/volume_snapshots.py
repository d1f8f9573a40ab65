"""Cinder's snapshots of volumes, of all projects."""

from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from harness.core.answers.shape import take, take_amount, take_null, take_or_none
from harness.core.apis.cinder import listed
from harness.core.apis.paging import rows_of
from harness.core.ports import Cloud
from harness.core.views.source import CloudSource

_PROJECT = "os-extended-snapshot-attributes:project_id"


class VolumeSnapshot(Struct, frozen=True, gc=False):
    """A snapshot of ``volume``. ``size`` in GB. ``counted``: see ``Volume``."""

    uuid: str
    name: str
    project: str
    status: str
    created: str
    updated: str
    volume: str
    size: int
    counted: bool | None = None

    @property
    def key(self) -> str:
        return self.uuid


def read(cloud: Cloud) -> Any:
    """Ask for the snapshots of all projects. Raises Absent where the cloud has no cinder."""
    return listed(cloud, "/snapshots/detail", "snapshots")


def parse(body: Any) -> Iterator[VolumeSnapshot]:
    """Yield the snapshots."""
    for data in rows_of(body, "snapshots"):
        yield VolumeSnapshot(
            uuid=take(data, "id", str),
            name=take_or_none(data, "name", str) or "",
            project=take_null(data, _PROJECT, str) or "",
            status=take(data, "status", str),
            created=take_or_none(data, "created_at", str) or "",
            updated=take_or_none(data, "updated_at", str) or "",
            volume=take(data, "volume_id", str),
            size=take_amount(data, "size"),
            counted=take_or_none(data, "consumes_quota", bool),
        )


SOURCE = CloudSource("volume_snapshots", read, parse, optional=True)
