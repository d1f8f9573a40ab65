"""No volume is held by a server that does not have it."""

from collections.abc import Iterator

from harness.accounting.cloud_clock import cloud_now
from harness.accounting.makers import makers
from harness.accounting.transitions import in_flight
from harness.accounting.volume_states import Attachments, age_of, attachments
from harness.accounting.whose import TELLING, who_made
from harness.core.rules.invariant import Breach, Circumstances, Doubt, invariant
from harness.core.rules.origin import Origin
from harness.core.views.snapshot import Snapshot
from harness.sources.deleted_servers import DeletedServer
from harness.sources.servers import Server
from harness.sources.volume_attachments import VolumeAttachment
from harness.sources.volumes import Volume

_ORDERED = 10.0
"""Seconds: nova reserves the volumes of a new server before it lists the server
(nova/compute/api.py: _validate_bdm)."""


@invariant("volumes", "volume_attachments", "servers", "migrations", "services", beside=TELLING)
def attachment_has_server(
    snapshot: Snapshot, circumstances: Circumstances
) -> Iterator[Breach | Doubt]:
    """Every attachment in cinder, and every volume in use, belongs to a server that has the volume.

    Nova takes the attachment away before the server (nova/compute/manager.py: _shutdown_instance),
    and what it forgot then nobody takes away. A server has one attachment of a volume; a move makes
    a second one and takes the first away, and only logs where that fails (_post_live_migration). An
    attachment that names no server is none of nova's: glance makes such where its images are
    volumes.
    """
    held, people = attachments(snapshot), makers(snapshot, circumstances)
    servers, deleted = snapshot["servers"].by_key(), snapshot["deleted_servers"].by_key()
    changing, who = in_flight(snapshot, circumstances), who_made(snapshot, circumstances)
    for row in snapshot["volume_attachments"]:
        server = servers.get(row.server)
        if not row.server:
            continue
        if server and row.volume in server.volumes:
            yield from _once(row, server, held, snapshot, circumstances)
            continue
        if server:
            doing = held.at_work(row.volume, cloud_now(snapshot), circumstances)
        else:
            doing = _ordered(row, held, cloud_now(snapshot))
        if doing := changing.get(row.server, doing):
            yield _in_flight(row, doing)
        else:
            says = _says(server, deleted.get(row.server))
            yield _not_his(row, held.volumes.get(row.volume), says, who(row.server).text)
    for volume in snapshot["volumes"]:
        doing = held.at_work(volume.uuid, cloud_now(snapshot), circumstances)
        nobodys = not held.of(volume.uuid) and not volume.uses
        if volume.status == "in-use" and nobodys and not doing:
            maker = people.of("volumes", volume.uuid, volume.name, volume.project)
            yield _used_by_nobody(volume, maker.text)


def _once(
    row: VolumeAttachment,
    server: Server,
    held: Attachments,
    snapshot: Snapshot,
    circumstances: Circumstances,
) -> Iterator[Breach | Doubt]:
    """Say that an attachment is a further one of its server and volume, unless a move needs two.

    Which of them the server uses, the APIs do not tell: one that is attached goes before others.
    """
    rows = sorted(held.between(row.volume, server.uuid), key=_by_use)
    if row is rows[0] or server.vm_state == "resized":
        return
    doing = held.at_work(row.volume, cloud_now(snapshot), circumstances)
    if doing := in_flight(snapshot, circumstances).get(server.uuid, doing):
        yield _in_flight(row, doing)
    else:
        says = f"server {server.name!r} has it by another one, {rows[0].uuid} ({rows[0].status})"
        owner = who_made(snapshot, circumstances)(row.server).text
        yield _not_his(row, held.volumes.get(row.volume), says, owner)


def _by_use(row: VolumeAttachment) -> tuple[bool, str]:
    return (row.status != "attached", row.uuid)


def _ordered(row: VolumeAttachment, held: Attachments, moment: float) -> str:
    """Return "reserved" where a server may be on its way that nova does not list yet, else ""."""
    volume = held.volumes.get(row.volume)
    age = age_of(volume, moment) if volume else None
    return "reserved" if row.status == "reserved" and age is not None and age < _ORDERED else ""


def _says(listed: Server | None, deleted: DeletedServer | None) -> str:
    """Return what nova says of the server of an attachment."""
    if listed:
        return f"server {listed.name!r} is {listed.status} and does not have the volume"
    if deleted:
        return f"server {deleted.name!r} was deleted {deleted.deleted or deleted.updated}"
    return "no such server"


def _in_flight(row: VolumeAttachment, doing: str) -> Doubt:
    return Doubt(
        row.uuid,
        "",
        f"volume {row.volume} has attachment {row.uuid} to server {row.server}, in flight: {doing}",
        {"volume_attachments": row.status},
        passing=True,
    )


def _not_his(row: VolumeAttachment, volume: Volume | None, says: str, owner: str) -> Breach:
    named = f"{volume.name!r} ({row.volume}), {volume.status}," if volume else f"{row.volume}"
    return Breach(
        row.uuid,
        "",
        f"volume {named} has an attachment {row.uuid} ({row.status}) to server {row.server}, "
        f"expected a server that has the volume by it; nova says: {says}",
        {
            "volume_attachments": f"{row.status}, to server {row.server}",
            "volumes": volume.status if volume else "no such volume",
            "servers": says,
        },
        origin=Origin.CLOUD_LOST,
        owner=owner,
        proof=row.status,
    )


def _used_by_nobody(volume: Volume, owner: str) -> Breach:
    return Breach(
        volume.uuid,
        "",
        f"volume {volume.name!r} ({volume.uuid}) is in-use, expected an attachment to a server, "
        "cinder lists none",
        {"volumes": "in-use", "volume_attachments": "none"},
        origin=Origin.CLOUD_LOST,
        owner=owner,
        proof=volume.updated,
    )
