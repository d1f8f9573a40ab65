"""The disks below nova's instances path: format, sizes, and what they rest on."""

import concurrent.futures
import json
import os
import re
import shutil
import stat
from typing import Any

from harness.adapters.host_probe.folders import UUID
from harness.adapters.host_probe.reading import Bounds, GaveUp, said_by

_QCOW2 = b"QFI\xfb"
_NO_DISK = re.compile(r"console\.log.*|disk\.info|.*\.xml|kernel|ramdisk")
_AT_ONCE = 4


def instance_disks(folders: Any, bounds: Bounds) -> Any:
    """Tell the disks in the directories of instances, and those that lie beside them."""
    path = folders["instances"]
    wanted = list(_files(path, bounds))
    bounds.keep(len(wanted), "the instances in " + path)
    with concurrent.futures.ThreadPoolExecutor(_AT_ONCE) as pool:
        found = list(pool.map(lambda one: _disk(path, bounds, *one), wanted))
    return {"path": path, "disks": [disk for disk in found if disk]}


def _files(path: str, bounds: Bounds) -> Any:
    """Yield (directory, file, status) of each file that may be a disk."""
    for name, status in bounds.statuses(path):
        if stat.S_ISDIR(status.st_mode) and UUID.match(name):
            for file, inner in bounds.statuses_if_there(os.path.join(path, name)):
                if stat.S_ISREG(inner.st_mode) and not _NO_DISK.fullmatch(file):
                    yield name, file, inner
        elif stat.S_ISREG(status.st_mode):
            yield "", name, status


def _disk(path: str, bounds: Bounds, directory: str, file: str, status: Any) -> Any:
    """Return what a disk is, None where it is none or went.

    Only a qcow2 needs qemu-img. Of a raw one the file itself tells all, and its content is the
    guest's, which nobody must believe.
    """
    place = os.path.join(path, directory, file)
    told = {"directory": directory, "name": file, "allocated": status.st_blocks * 512}
    try:
        with open(place, "rb") as image:
            qcow2 = image.read(4) == _QCOW2
        if qcow2:
            return dict(told, **_image(place, bounds))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError) as error:
        return dict(told, error=str(error)) if os.path.exists(place) else None
    if file.startswith("disk") if directory else UUID.search(file):
        return dict(told, format="raw", virtual=status.st_size)
    return None


def _image(place: str, bounds: Bounds) -> Any:
    bounds.keep(0, place)
    if not shutil.which("qemu-img"):
        raise GaveUp("qemu-img is not installed")
    said = json.loads(said_by("qemu-img", "info", "-U", "--output=json", place))
    told = {name: said[key] for name, key in (("format", "format"), ("virtual", "virtual-size"))}
    told["allocated"] = said["actual-size"]
    backing = said.get("full-backing-filename") or said.get("backing-filename")
    if backing:
        there = os.path.exists(os.path.join(os.path.dirname(place), backing))
        told.update(backing=backing, backing_there=there)
    return told
