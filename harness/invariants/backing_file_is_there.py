"""No disk that rests on nothing."""

from collections.abc import Iterator

from harness.accounting.whereabouts import NEEDS, whereabouts
from harness.accounting.whose import TELLING, who_made
from harness.core.rules.invariant import Breach, Circumstances, Doubt, invariant
from harness.core.rules.origin import Origin
from harness.core.views.snapshot import Snapshot
from harness.sources.instance_disks import InstanceDisk


@invariant("instance_disks", *NEEDS, beside=TELLING)
def backing_file_is_there(
    snapshot: Snapshot, circumstances: Circumstances
) -> Iterator[Breach | Doubt]:
    """Every disk of a server can be read, and rests on a file of the image cache that is there.

    Nova makes a guest's qcow2 over a file in ``_base`` of the same host (nova/virt/libvirt/
    imagebackend.py: Qcow2.create_image). Without that file the guest reads errors and cannot be
    started again; over a file elsewhere nova's cache does not know that it is in use.
    """
    who = who_made(snapshot, circumstances)
    for disk in snapshot["instance_disks"]:
        wrong = disk.unread or _wrong(disk)
        if not wrong:
            continue
        place = whereabouts(disk.uuid, disk.host, snapshot, circumstances)
        if place.server is None:
            continue
        views = {"instance_disks": f"{disk.place}: {wrong}", "servers": place.text}
        if place.doing:
            text = f"server {disk.uuid} is {place.doing}; its {disk.name}: {wrong}"
            yield Doubt(disk.place, disk.host, text, views, passing=True)
        elif disk.unread:
            text = f"{disk.place} on {disk.host} cannot be read: {disk.unread}"
            yield Doubt(disk.place, disk.host, text, views)
        else:
            text = f"disk {disk.place} on {disk.host}: {wrong}; {place.text}"
            yield Breach(
                disk.place,
                disk.host,
                text,
                views,
                origin=Origin.CLOUD_LOST,
                owner=who(disk.uuid).text,
                proof=f"{disk.backing} {place.proof}",
            )


def _wrong(disk: InstanceDisk) -> str:
    """Say what is wrong with the file that a disk rests on, or ""."""
    if not disk.backing:
        return ""
    if not disk.backing_there:
        return f"expected its backing file {disk.backing}, which is not there"
    own = (f"{disk.path}/_base/", f"{disk.path}/{disk.directory}/")
    if disk.backing.startswith("/") and not disk.backing.startswith(own):
        return f"its backing file is {disk.backing}, expected one in {own[0]}"
    return ""
