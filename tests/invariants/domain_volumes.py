"""Clouds whose domains tell their volumes: the right ones, and one too many or too few."""

from dataclasses import replace
from typing import Any

from harness.sources.domains import VolumeDisk
from tests.invariants.clouds import H1, H2, RECENT, Cloud, domain, migration, server
from tests.invariants.leak import Leak
from tests.invariants.things import attached, attachment, free, volume

V1, V2, UNNAMED = "volume-1", "volume-2", VolumeDisk("", "")
THEIRS = {
    "volumes": (volume(), volume(V2, uses=())),
    "volume_attachments": (
        attachment(),
        attachment("attachment-2", volume=V2, server="server-2"),
    ),
}


def disk(serial: str, source: str | None = None) -> VolumeDisk:
    return VolumeDisk(serial, serial if source is None else source)


def holding(*disks: VolumeDisk, state: str = "running", **changes: Any) -> Cloud:
    """Return a cloud whose server has volume-1, and a domain with these disks."""
    rows = (domain(volumes=disks, state=state),)
    return replace(attached(**changes), domains=rows)


def with_volume_2(cloud: Cloud, **changes: Any) -> Cloud:
    """Return the cloud, in which server-2 of another cell has volume-2."""
    two = server("server-2", host=H2, volumes=(V2,))
    domains = (*(cloud.domains or ()), domain("server-2", H2, volumes=(disk(V2),)))
    others = {**THEIRS, **changes}
    return replace(cloud, servers=(*cloud.servers, two), domains=domains, others=others)


def _wrong(cloud: Cloud, *words: str) -> Leak:
    return Leak("domain_has_its_volumes", cloud, "server-1", H1, words)


def _free_2(cloud: Cloud, **changes: Any) -> Cloud:
    rows = (volume(), free(uuid=V2, **changes))
    return replace(cloud, others={**cloud.others, "volumes": rows})


OFF: dict[str, Any] = {"status": "SHUTOFF", "vm_state": "stopped"}
RESCUED: dict[str, Any] = {"status": "RESCUE", "vm_state": "rescued"}

VOLUME_LEAKS: dict[str, Leak] = {
    "a guest holds another server's volume": _wrong(
        with_volume_2(holding(disk(V1), disk(V2))),
        "holds volume volume-2, which nova does not give it",
        "of volume-2: it is in-use, attached to server-2",
    ),
    "a guest holds a volume that is given to nobody": _wrong(
        _free_2(holding(disk(V1), disk(V2))), "it is available, attached to no server"
    ),
    "a guest holds a volume that was deleted": _wrong(
        holding(disk(V1), disk(V2)), "of volume-2: it lists no such volume"
    ),
    "a guest holds a volume that only its file names": _wrong(
        holding(disk(V1), disk("", V2)), "holds volume volume-2"
    ),
    "a disk is named as its server's volume and lies in another's": _wrong(
        with_volume_2(holding(disk(V1, V2))),
        "holds volume volume-2",
        "lacks volume volume-1",
    ),
    "a rescued guest holds another server's volume": _wrong(
        with_volume_2(holding(disk(V2), **RESCUED)), "holds volume volume-2"
    ),
    "a guest lacks its volume": _wrong(
        holding(),
        "lacks volume volume-1, which nova gives it",
        "of volume-1: it is in-use, attached to server-1",
    ),
    "a paused guest lacks its volume": _wrong(
        holding(state="paused", status="PAUSED", vm_state="paused"), "lacks volume volume-1"
    ),
}

QUIET_VOLUMES: dict[str, Cloud] = {
    "a guest has its volume": holding(disk(V1)),
    "a guest has a volume whose place has no name": holding(disk(V1, "")),
    "a guest has a volume of type lun": holding(UNNAMED),
    "cinder moved a volume, whose place has the other name": holding(disk(V1, "volume-9")),
    "nova swapped a volume, whose serial is the old one": _free_2(holding(disk(V2, V1))),
    "nova swapped a volume, whose place has no name": _free_2(holding(disk(V2, ""))),
    "a domain that was not asked for its volumes": attached(),
    "a server without a volume": Cloud(servers=(server(),), domains=(domain(volumes=()),)),
    "a domain that is off, as it was before a detach": _free_2(
        holding(disk(V1), disk(V2), state="shut off", **OFF)
    ),
    "a domain that is off, as it was before an attach": holding(state="shut off", **OFF),
    "a guest that is rescued without its volumes": holding(**RESCUED),
    "a guest that is rescued with its volumes": holding(disk(V1), **RESCUED),
    "a volume of two guests": with_volume_2(
        holding(disk(V1)),
        volumes=(volume(), volume(V2, multiattach=True, uses=())),
    ),
}

BUSY_VOLUMES: dict[str, Cloud] = {
    "a volume is put into a guest": replace(
        holding(),
        others={
            "volumes": (free("attaching", updated=RECENT),),
            "volume_attachments": (attachment(status="attaching"),),
        },
    ),
    "a volume is taken out of a guest": replace(
        holding(),
        others={
            "volumes": (volume(status="detaching", updated=RECENT),),
            "volume_attachments": (attachment(),),
        },
    ),
    "a volume is still in its guest": _free_2(
        holding(disk(V1), disk(V2)), status="detaching", updated=RECENT
    ),
    "a volume of several is put into one more guest": replace(
        holding(disk(V1), volumes=(V1, V2)),
        others={
            "volumes": (volume(), volume(V2, updated=RECENT, multiattach=True, uses=())),
            "volume_attachments": (
                attachment(),
                attachment("attachment-2", volume=V2, status="attaching"),
            ),
        },
    ),
    "cinder has a guest's disk copied to another volume": _free_2(
        holding(disk(V1, V2)), status="attaching", migration_status="target:v", updated=RECENT
    ),
    "a guest is built up again with its volume": holding(task="rebooting_hard"),
    "a guest moves with its volume": replace(
        holding(task="migrating"),
        migrations=(migration(kind="live-migration", status="running"),),
    ),
}
