"""The folders of a host: nova's instances path and the files that libvirt keeps of guests."""

import os
import re
import stat
import time
from typing import Any

from harness.adapters.host_probe.reading import Bounds, shown, text

UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
"""Nova writes small letters; what has capitals is somebody else's."""
_OWN = re.compile(UUID.pattern + "(_resize|_del)?")
_ALL = 10
"""How many times ``most`` things are read of all directories of instances together."""
_NETWORKED = re.compile(r"nfs|ceph|gluster|lustre|gpfs|ocfs2|gfs2|cifs|smb|beegfs|fuse")
_OF_THE_KERNEL = re.compile(r"proc|sysfs|cgroup2?|(debug|trace|security|pstore|config|bpf)(fs)?")
"""File systems in which to read a file may be to do something, or to wait."""
_GUEST_FILES = (("nvram", "qemu/nvram"), ("save", "qemu/save"), ("tpm", "swtpm"))


def instance_directories(folders: Any, bounds: Bounds) -> Any:
    """Tell the directories that are named by a uuid, with what is in each, and other names."""
    path, found, others = folders["instances"], [], []
    for name, status, inside in instances(path, bounds):
        if inside is None:
            others.append(shown(name))
            continue
        about = {"name": shown(name), "inode": status.st_ino, "changed": status.st_ctime}
        about["bytes"] = sum(inner.st_blocks * 512 for _, inner in inside.files)
        about["files"] = [] if inside.unread else [shown(file) for file, _ in inside.files]
        told = {"link": inside.link, "unread": inside.unread}
        found.append(dict(about, **{word: said for word, said in told.items() if said}))
    shared = file_system(path)["shared"]
    about = {"path": path, "now": time.time(), "shared": shared}
    return dict(about, directories=found, others=others)


class Inside:
    """What is in the directory of an instance: (name, status) of each thing, as far as it was read.

    ``unread`` says why that is not all. ``link`` is where it leads if it is no directory but a link
    to one. Both may be "".
    """

    def __init__(self, files: Any, unread: str, link: str = "") -> None:
        self.files, self.unread, self.link = files, unread, link


def instances(path: str, bounds: Bounds) -> Any:
    """Yield (name, status, inside) of each thing in the instances path.

    ``inside`` is None of what is no directory of an instance. One that cannot be read to its end
    says so and costs no other: all names are told. All that is read of them together is bounded
    too.
    """
    left = _ALL * bounds.most
    for name, status in bounds.statuses(path):
        inside = _inside(path, name, status, bounds, left)
        left -= len(inside.files) if inside else 0
        yield name, status, inside


def _inside(path: str, name: str, status: Any, bounds: Bounds, left: int) -> Any:
    place, link, why = os.path.join(path, name), "", ""
    if not UUID.match(name):
        return None
    if stat.S_ISLNK(status.st_mode):
        try:
            link, why = os.readlink(place), _not_to_be_followed(path, place)
            if not (why or stat.S_ISDIR(os.stat(place).st_mode)):
                return None
        except OSError as error:
            why = "it is a link to %s: %s" % (shown(link), error.strerror)
        if why and not _OWN.fullmatch(name):
            return None
    elif not stat.S_ISDIR(status.st_mode):
        return None
    if why:
        return Inside([], why, shown(link))
    files, unread = bounds.beginning(place, min(left, bounds.most))
    if unread and left < bounds.most and len(files) == left:
        unread = "the instances have more than %d things: raise [host] most" % (_ALL * bounds.most)
    return Inside(files, unread, shown(link))


def _not_to_be_followed(path: str, place: str) -> str:
    """Return why a link is left alone, or "": who follows one to a network may wait for ever, and
    what the kernel shows as files holds no disk."""
    to = os.path.normpath(os.path.join(path, os.readlink(place)))
    point, kind, _ = _mounted(to)
    elsewhere = point != _mounted(os.path.realpath(path))[0]
    if _OF_THE_KERNEL.fullmatch(kind) or (_NETWORKED.search(kind) and elsewhere):
        return "it is a link to %s, on %s, and is not followed" % (shown(to), kind)
    return ""


def cached_images(folders: Any, bounds: Bounds) -> Any:
    """Tell the files of nova's image cache; without the folder there are none."""
    path = folders["instances"]
    os.stat(path)
    found = bounds.statuses_if_there(os.path.join(path, "_base"))
    return {
        "images": [
            {"name": shown(name), "bytes": status.st_blocks * 512, "modified": status.st_mtime}
            for name, status in found
            if stat.S_ISREG(status.st_mode)
        ]
    }


def guest_files(folders: Any, bounds: Bounds) -> Any:
    """Tell what libvirt keeps of a guest beside its disks."""
    os.stat(folders["libvirt"])
    found = []
    for kind, place in _GUEST_FILES:
        for name, status in bounds.statuses_if_there(os.path.join(folders["libvirt"], place)):
            taken = {"bytes": status.st_blocks * 512, "inode": status.st_ino}
            found.append(dict(taken, kind=kind, name=shown(name)))
    return {"files": found}


def host_resources(folders: Any, _bounds: Bounds) -> Any:
    """Tell the host's memory, its CPUs, and the file system of the instances path."""
    memory = dict(re.findall(r"^(\w+):\s+(\d+) kB", text("/proc/meminfo"), re.M))
    path = folders["instances"]
    system = os.statvfs(path)
    about = dict(file_system(path), size=system.f_frsize * system.f_blocks)
    about["used"] = system.f_frsize * (system.f_blocks - system.f_bfree)
    about["free"] = system.f_frsize * system.f_bavail
    memory_kib = {name: int(amount) for name, amount in memory.items()}
    return {"memory_kib": memory_kib, "cpus": os.cpu_count(), "path": path, "file_system": about}


def file_system(path: str) -> Any:
    """Return the type and source of the file system of a path, and whether hosts may share it."""
    _, kind, source = _mounted(os.path.realpath(path))
    return {"type": kind, "source": source, "shared": bool(_NETWORKED.search(kind))}


def _mounted(path: str) -> Any:
    """Return where the file system of a path is mounted, its type and its source, by the path's
    words alone: nothing on it is touched."""
    best = ("", "", "")
    for line in text("/proc/self/mountinfo").splitlines():
        words = line.split()
        kind, source = words[words.index("-") + 1 :][:2]
        point = words[4].replace("\\040", " ")
        if (path + "/").startswith(point.rstrip("/") + "/") and len(point) >= len(best[0]):
            best = (point, kind, source)
    return best
