"""Cinder's volumes, of all projects."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from msgspec import Struct

from harness.core.answers.shape import items, take, take_amount, take_null, take_or_none
from harness.core.apis.cinder import listed
from harness.core.apis.paging import rows_of
from harness.core.ports import Cloud
from harness.core.views.source import CloudSource


class Use(Struct, frozen=True, gc=False):
    """That a volume is attached: ``attachment`` is the uuid of it, ``server`` "" where none is
    told."""

    attachment: str
    server: str
    device: str


class Volume(Struct, frozen=True, gc=False):
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
    return listed(cloud, "/volumes/detail", "volumes")


def parse(body: Any) -> Iterator[Volume]:
    """Yield the volumes."""
    for data in rows_of(body, "volumes"):
        yield Volume(
            uuid=take(data, "id", str),
            name=take_or_none(data, "name", str) or "",
            project=take_null(data, "os-vol-tenant-attr:tenant_id", str) or "",
            status=take(data, "status", str),
            created=take_or_none(data, "created_at", str) or "",
            updated=take_or_none(data, "updated_at", str) or "",
            size=take_amount(data, "size"),
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


def _contradicted(rows: Mapping[str, Sequence[Any]]) -> str:
    held = [row.volume for row in rows.get("volume_attachments", ())]
    return f"cinder has {len(held)} attachments, one of {held[0]}" if held else ""


SOURCE = CloudSource("volumes", read, parse, optional=True, contradicted=_contradicted)
