"""Cinder's volumes, of all projects.

Asked at microversion 3.65, which tells whether a volume counts in the quota; a cloud that is older
(before Wallaby) is asked at 3.27, the first with attachments as things of their own.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from harness.core.paging import pages
from harness.core.ports import Cloud, Unreachable
from harness.core.shape import items, take, take_or_none
from harness.core.source import CloudSource

MICROVERSION, OLDEST = "3.65", "3.27"
PAGE = "1000"
ALL = {"all_tenants": "1", "limit": PAGE}
_NOT_ACCEPTABLE = 406
_PRIVATE = frozenset({"metadata", "volume_image_metadata"})


@dataclass(frozen=True)
class Use:
    """That a volume is attached: ``attachment`` is the uuid of it, ``server`` "" where none is
    told."""

    attachment: str
    server: str
    device: str


@dataclass(frozen=True)
class Volume:
    """A volume. ``size`` in GB. ``uses`` are its attachments that are complete.

    ``moving_to``: cinder's migration status, "" at rest. ``counted``: it counts in the quota of its
    project, None where the cloud is too old to say.
    """

    uuid: str
    name: str
    project: str
    status: str
    created: str
    updated: str
    size: int
    uses: tuple[Use, ...]
    multiattach: bool = False
    migration_status: str = ""
    counted: bool | None = None

    @property
    def key(self) -> str:
        return self.uuid


def read(cloud: Cloud) -> Any:
    """Ask for the volumes of all projects. Raises Absent where the cloud has no cinder."""
    return {"pages": listed(cloud, "/volumes/detail", "volumes")}


def listed(cloud: Cloud, path: str, name: str) -> list[Any]:
    """Return the pages of one of cinder's lists, without what its owner may have put secrets into.

    Raises Absent where the cloud has no cinder.
    """
    try:
        return _pages(cloud, path, name, MICROVERSION)
    except Unreachable as error:
        if error.status != _NOT_ACCEPTABLE:
            raise
        return _pages(cloud, path, name, OLDEST)


def _pages(cloud: Cloud, path: str, name: str, version: str) -> list[Any]:
    found = pages(cloud, "block_storage", path, name, microversion=version, params=ALL)
    return [{**page, name: [_public(item) for item in items(page, name)]} for page in found]


def _public(data: Any) -> Any:
    return {name: value for name, value in data.items() if name not in _PRIVATE}


def parse(body: Any) -> Iterator[Volume]:
    """Yield the volumes."""
    for data in (data for page in items(body, "pages") for data in items(page, "volumes")):
        yield Volume(
            uuid=take(data, "id", str),
            name=take_or_none(data, "name", str) or "",
            project=take_or_none(data, "os-vol-tenant-attr:tenant_id", str) or "",
            status=take(data, "status", str),
            created=take_or_none(data, "created_at", str) or "",
            updated=take_or_none(data, "updated_at", str) or "",
            size=take(data, "size", int),
            uses=tuple(_use(item) for item in items(data, "attachments")),
            multiattach=bool(take_or_none(data, "multiattach", bool)),
            migration_status=_migration_status(data),
            counted=take_or_none(data, "consumes_quota", bool),
        )


def _migration_status(data: Mapping[str, Any]) -> str:
    status = take_or_none(data, "os-vol-mig-status-attr:migstat", str) or ""
    return "" if status in ("none", "success", "error") else status


def _use(data: Any) -> Use:
    return Use(
        take_or_none(data, "attachment_id", str) or "",
        take_or_none(data, "server_id", str) or "",
        take_or_none(data, "device", str) or "",
    )


SOURCE = CloudSource("volumes", read, parse, optional=True)
