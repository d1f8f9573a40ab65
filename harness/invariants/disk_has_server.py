"""No disk that lies outside of any instance."""

import re
from collections.abc import Iterator

from harness.accounting.holdings import amounts
from harness.accounting.whereabouts import NEEDS, Whereabouts, whereabouts
from harness.accounting.whose import TELLING, who_made
from harness.core.rules.invariant import Breach, Circumstances, Doubt, invariant
from harness.core.rules.origin import Origin
from harness.core.views.snapshot import Snapshot
from harness.sources.instance_disks import InstanceDisk

_GIB = 2**30
_RESCUE = ".rescue"
_MAY_BE_RESCUED = frozenset({"rescued", "error", "building"})
"""A server whose rescue failed is in ERROR, and its disk may be wanted still."""
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@invariant("instance_disks", *NEEDS, beside=TELLING)
def disk_has_server(snapshot: Snapshot, circumstances: Circumstances) -> Iterator[Breach | Doubt]:
    """Every disk in nova's instances path lies in the directory of an instance that has use for it.

    Nova keeps a guest's local disks in ``<uuid>``, what they rest on in ``_base``, and snapshots
    that are being taken in ``snapshots`` (nova/virt/libvirt/utils.py: get_instance_path). A disk
    beside them is a copy that somebody or some failed move left. What nova makes for a rescue
    (``*.rescue``) it takes away as the last step of its end (nova/virt/libvirt/driver.py:
    unrescue). Whether the directory has a server is a matter of ``instance_directory_has_server``.
    """
    who = who_made(snapshot, circumstances)
    for disk in snapshot["instance_disks"].having("directory", ""):
        named = _UUID.search(disk.name)
        uuid = named[0] if named else ""
        place = whereabouts(uuid, disk.host, snapshot, circumstances)
        views = {"instance_disks": f"{disk.name} on {disk.host}", "servers": place.text}
        if place.doing:
            text = f"server {uuid} is {place.doing}; {disk.name} lies beside its directory"
            yield Doubt(disk.name, disk.host, text, views, passing=True)
        else:
            yield _stray(disk, place.text, views, who(uuid).text if uuid else "")
    for disk in snapshot["instance_disks"]:
        if disk.uuid and disk.name.endswith(_RESCUE):
            place = whereabouts(disk.uuid, disk.host, snapshot, circumstances)
            if place.server and place.server.vm_state not in _MAY_BE_RESCUED:
                yield _of_no_rescue(disk, place, who(disk.uuid).text)


def _of_no_rescue(disk: InstanceDisk, place: Whereabouts, owner: str) -> Breach | Doubt:
    """Say that a rescue left a disk; it may be about to begin or to end."""
    views = {"instance_disks": f"{disk.place} on {disk.host}", "servers": place.text}
    if place.doing:
        text = f"server {disk.uuid} is {place.doing}; it has {disk.name}"
        return Doubt(disk.place, disk.host, text, views, passing=True)
    return Breach(
        disk.place,
        disk.host,
        f"disk {disk.place} ({disk.allocated / _GIB:.1f} GB) in {disk.path} on {disk.host} is for "
        f"a rescue, expected it to be gone; {place.text}",
        views,
        origin=Origin.CLOUD_LOST,
        owner=owner,
        amounts=amounts(disk_gb=disk.allocated // _GIB),
        proof=place.proof,
    )


def _stray(disk: InstanceDisk, servers: str, views: dict[str, str], owner: str) -> Breach:
    return Breach(
        disk.name,
        disk.host,
        f"disk {disk.name} ({disk.allocated / _GIB:.1f} GB of {disk.virtual / _GIB:.1f} GB) lies "
        f"in {disk.path} on {disk.host}, expected in the directory of an instance; {servers}",
        views,
        origin=Origin.CLOUD_LOST,
        owner=owner,
        amounts=amounts(disk_gb=disk.allocated // _GIB),
    )
