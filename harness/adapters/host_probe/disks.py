"""The disks below nova's instances path: format, sizes, and what they rest on."""

import concurrent.futures
import json
import os
import re
import shutil
import stat
from typing import Any

from harness.adapters.host_probe.folders import UUID, instances
from harness.adapters.host_probe.reading import Bounds, GaveUp, said_by, shown, status_of

_QCOW2 = b"QFI\xfb"
_NO_DISK = re.compile(r"console\.log.*|disk\.info|.*\.xml|kernel|ramdisk")
_REMOVED = re.compile(r"\.nfs[0-9a-f]+")
"""What NFS keeps of a file that was removed, for whoever has it open."""
_KNOWN = re.compile(r"\..*|_base|locks|snapshots|lost\+found|instance-[0-9a-f]{8}")
"""Directories that may be beside those of instances: nova's, and those of guests from long ago."""
_RAW = re.compile(r"disk(\..*)?|.*\.raw", re.DOTALL)
_SMALLEST = 2**20
_AT_ONCE = 4


def instance_disks(folders: Any, bounds: Bounds) -> Any:
    """Tell the disks in the directories of instances, and those that lie beside them.

    A directory that is not read to its end has one disk without a name, which says why.
    """
    path = folders["instances"]
    wanted: Any = []
    found: Any = []
    for directory, files, why in _directories(path, bounds):
        if not why and len(wanted) + len(files) > bounds.most:
            why = "the instances have more than %d disks: raise [host] most" % bounds.most
        if why:
            taken = sum(status.st_blocks * 512 for _, status in files)
            about = {"directory": shown(directory), "name": "", "allocated": taken, "error": why}
            found.append(about)
        else:
            wanted += [(directory, file, status) for file, status in files]
    with concurrent.futures.ThreadPoolExecutor(_AT_ONCE) as pool:
        found += pool.map(lambda one: _disk(path, bounds, *one), wanted)
    return {"path": path, "disks": [disk for disk in found if disk]}


def _directories(path: str, bounds: Bounds) -> Any:
    """Return (directory, files, why these are not all) of each directory that may have disks, those
    with few before those with many: first what lies beside them all, under the name ""."""
    beside, found = [], []
    for name, status, inside in instances(path, bounds):
        if inside is not None:
            files = [one for one in inside.files if _may_be_a_disk(*one)]
            found.append((name, files, inside.unread))
        elif stat.S_ISREG(status.st_mode):
            beside += [] if _REMOVED.fullmatch(name) else [(name, status)]
        elif stat.S_ISDIR(status.st_mode) and not _KNOWN.fullmatch(name):
            file = os.path.join(name, "disk")
            inner = _status_if_told(os.path.join(path, file))
            beside += [(file, inner)] if inner and stat.S_ISREG(inner.st_mode) else []
    return [("", beside, ""), *sorted(found, key=lambda one: len(one[1]))]


def _may_be_a_disk(name: str, status: Any) -> bool:
    return stat.S_ISREG(status.st_mode) and not _NO_DISK.fullmatch(name)


def _status_if_told(path: str) -> Any:
    """Return the status of a path, None where it is not there or not for us to see."""
    try:
        return status_of(path)
    except OSError:
        return None


def _disk(path: str, bounds: Bounds, directory: str, file: str, status: Any) -> Any:
    """Return what a disk is, None where it is none or went.

    Only a qcow2 needs qemu-img. Of a raw one the file itself tells all, and its content is the
    guest's, which nobody must believe.
    """
    place = os.path.join(path, directory, file)
    taken = status.st_blocks * 512
    told = {"directory": shown(directory), "name": shown(file), "allocated": taken}
    try:
        with open(place, "rb") as image:
            qcow2 = image.read(4) == _QCOW2
        if qcow2:
            return dict(told, **_image(place, bounds))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError) as error:
        return dict(told, error=shown(str(error))) if os.path.exists(place) else None
    if file.startswith("disk") if directory else _stray(file, status):
        return dict(told, format="raw", virtual=status.st_size)
    return None


def _stray(file: str, status: Any) -> bool:
    """Tell whether a file beside the directories is a raw disk: by its name, and by a size that a
    small file of an operator's has not."""
    named = _RAW.fullmatch(os.path.basename(file)) and status.st_size >= _SMALLEST
    return bool(named or UUID.search(file))


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
        told.update(backing=shown(backing), backing_there=there)
    return told
