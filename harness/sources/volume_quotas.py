"""What cinder counts against the quotas of projects: stored numbers, which can drift.

Cinder tells those of one project at a time, so at most ``MOST`` are asked for, the projects of
tempest's first. Only since microversion 3.65 (Wallaby) it tells which things count.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct

from harness.core.answers.shape import ShapeError, items, take, take_amount
from harness.core.apis.cinder import NEWEST
from harness.core.ports import Absent, Cloud, Unreachable
from harness.core.views.source import CloudSource

MOST = 30
COUNTED = ("volumes", "snapshots", "backups", "gigabytes", "backup_gigabytes")
"""The quotas that are read: counts, and sizes in GB. Those of volume types are parts of them."""

_NOT_ACCEPTABLE = 406


class VolumeQuota(Struct, frozen=True, gc=False):
    """The usage of a project: ``used`` of each of COUNTED, and what is ``reserved`` for changes
    that are in flight. ``uuid`` is that of the project."""

    uuid: str
    name: str
    used: Mapping[str, int]
    reserved: Mapping[str, int]

    @property
    def project(self) -> str:
        return self.uuid

    @property
    def key(self) -> str:
        return self.uuid


def read(cloud: Cloud) -> Any:
    """Ask for the projects, then for the usage of each.

    Raises Absent where the cloud has no cinder, or one that is too old.
    """
    listed = items(cloud.get("identity", "/projects"), "projects")
    if not listed:
        raise ShapeError("keystone lists no project at all, and the harness itself is of one")
    named = [(take(item, "id", str), take(item, "name", str)) for item in listed]
    named.sort(key=lambda project: not project[1].startswith("tempest-"))
    asked = named[:MOST]
    return {"asked": [{"name": name, **_usage(cloud, uuid)} for uuid, name in asked]}


def _usage(cloud: Cloud, project: str) -> Any:
    path, params = f"/os-quota-sets/{project}", {"usage": "true"}
    try:
        return cloud.get("block_storage", path, microversion=NEWEST, params=params)
    except Unreachable as error:
        if error.status == _NOT_ACCEPTABLE:
            raise Absent("cinder is older than Wallaby: it does not tell what counts") from error
        raise


def parse(body: Any) -> Iterator[VolumeQuota]:
    """Yield the usage of each project that was asked for."""
    for data in items(body, "asked"):
        told = take(data, "quota_set", dict)
        usages = {name: take(told, name, dict) for name in COUNTED}
        yield VolumeQuota(
            uuid=take(told, "id", str),
            name=take(data, "name", str),
            used={name: take(usage, "in_use", int) for name, usage in usages.items()},
            reserved={name: take_amount(usage, "reserved") for name, usage in usages.items()},
        )


SOURCE = CloudSource("volume_quotas", read, parse, optional=True)
