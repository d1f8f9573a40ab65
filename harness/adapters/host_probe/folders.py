"""The folders of a host: nova's instances path and the files that libvirt keeps of guests."""

import os
import re
import stat
import time
from typing import Any

from harness.adapters.host_probe.reading import Bounds, text

UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_NETWORKED = re.compile(r"nfs|ceph|gluster|lustre|gpfs|ocfs2|gfs2|cifs|smb|beegfs|fuse")
_GUEST_FILES = (("nvram", "qemu/nvram"), ("save", "qemu/save"), ("tpm", "swtpm"))


def instance_directories(folders: Any, bounds: Bounds) -> Any:
    """Tell the directories that are named by a uuid, with all that is in each, and other names."""
    path, found, others = folders["instances"], [], []
    for name, status in bounds.statuses(path):
        if not (stat.S_ISDIR(status.st_mode) and UUID.match(name)):
            others.append(name)
            continue
        inside = bounds.statuses_if_there(os.path.join(path, name))
        about = {"name": name, "inode": status.st_ino, "changed": status.st_ctime}
        about["bytes"] = sum(inner.st_blocks * 512 for _, inner in inside)
        found.append(dict(about, files=[file for file, _ in inside]))
    shared = file_system(path)["shared"]
    about = {"path": path, "now": time.time(), "shared": shared}
    return dict(about, directories=found, others=others)


def cached_images(folders: Any, bounds: Bounds) -> Any:
    """Tell the files of nova's image cache; without the folder there are none."""
    path = folders["instances"]
    os.stat(path)
    found = bounds.statuses_if_there(os.path.join(path, "_base"))
    return {
        "images": [
            {"name": name, "bytes": status.st_blocks * 512, "modified": status.st_mtime}
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
            found.append(dict(taken, kind=kind, name=name))
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
    path, best = os.path.realpath(path), ("", "", "")
    for line in text("/proc/self/mountinfo").splitlines():
        words = line.split()
        kind, source = words[words.index("-") + 1 :][:2]
        point = words[4].replace("\\040", " ")
        if (path + "/").startswith(point.rstrip("/") + "/") and len(point) >= len(best[0]):
            best = (point, kind, source)
    return {"type": best[1], "source": best[2], "shared": bool(_NETWORKED.search(best[1]))}
