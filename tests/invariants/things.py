"""Volumes, images and servers that are deleted, of small clouds."""

from dataclasses import replace
from typing import Any

from msgspec import structs

from harness.sources.deleted_servers import DeletedServer
from harness.sources.images import Image
from harness.sources.volume_attachments import VolumeAttachment
from harness.sources.volume_backups import VolumeBackup
from harness.sources.volume_quotas import COUNTED, VolumeQuota
from harness.sources.volume_snapshots import VolumeSnapshot
from harness.sources.volumes import Use, Volume
from tests.invariants.clouds import H1, LONG_AGO, RECENT, SMALL, Cloud, server

NEW = "2026-11-23T19:59:57Z"


def volume(uuid: str = "volume-1", **changes: Any) -> Volume:
    """Return a volume that has been in use by server-1 for long."""
    used = Volume(
        uuid=uuid,
        name=f"name of {uuid}",
        project="project-1",
        status="in-use",
        created=LONG_AGO,
        updated=LONG_AGO,
        size=1,
        uses=(Use("attachment-1", "server-1", "/dev/vdb"),),
    )
    return structs.replace(used, **changes)


def free(status: str = "available", **changes: Any) -> Volume:
    return volume(status=status, uses=(), **changes)


def attachment(uuid: str = "attachment-1", **changes: Any) -> VolumeAttachment:
    return structs.replace(VolumeAttachment(uuid, "volume-1", "server-1", "attached"), **changes)


def snapshot(status: str, updated: str = RECENT) -> VolumeSnapshot:
    times = (LONG_AGO, updated)
    return VolumeSnapshot("snapshot-1", "snap", "project-1", status, *times, "volume-1", 1)


def backup(status: str, updated: str = RECENT, reason: str = "") -> VolumeBackup:
    times = (LONG_AGO, updated)
    return VolumeBackup("backup-1", "safe", "project-1", status, *times, "volume-1", 1, reason)


def image(uuid: str = "image-1", **changes: Any) -> Image:
    """Return the image of server-1, shelved."""
    shelved = Image(
        uuid=uuid,
        name="name of server-1-shelved",
        project="project-1",
        status="active",
        created=LONG_AGO,
        updated=LONG_AGO,
        visibility="private",
        size=1,
        server="server-1",
        base_image="base",
        kind="snapshot",
    )
    return structs.replace(shelved, **changes)


def deleted(uuid: str = "server-1", name: str = "name of server-1") -> DeletedServer:
    return DeletedServer(
        uuid, name, "project-1", "user-1", H1, "instance-1", SMALL, LONG_AGO, RECENT, RECENT
    )


def quota(reserved: int = 0, **used: int) -> VolumeQuota:
    """Return what is counted for project-1: nothing, unless told."""
    return VolumeQuota(
        "project-1",
        "demo",
        {name: used.get(name, 0) for name in COUNTED},
        dict.fromkeys(COUNTED, reserved),
    )


def attached(**changes: Any) -> Cloud:
    """Return a cloud whose server has a volume; ``changes`` are those of the server."""
    return Cloud(
        servers=(server(**{"volumes": ("volume-1",), **changes}),),
        others={"volumes": (volume(),), "volume_attachments": (attachment(),)},
    )


def with_volumes(*volumes: Volume, attachments: tuple[VolumeAttachment, ...] = ()) -> Cloud:
    return Cloud(others={"volumes": volumes, "volume_attachments": attachments})


def with_images(*images: Image, **changes: Any) -> Cloud:
    return replace(Cloud(others={"images": images}), **changes)
