"""What the hosts of the synthetic cloud hold themselves, as the host probe tells it."""

from collections.abc import Iterator
from typing import Any

from benchmarks.synthetic import things
from benchmarks.synthetic.things import Size, identity

Answers = Iterator[tuple[str, Any]]
_PATH = "/var/lib/nova/instances"
_GIB = 2**30
_DISK = 20_000 * _GIB
_ROOM = 10_000
"""What nova says that is left of a host's disk, in GB."""


def instance_directories(size: Size) -> Answers:
    for host in range(size.hosts):
        names = [identity("server", number) for number in size.on(host)]
        names += [f"{identity('server', n)}_resize" for n in things.left_from(size, host)]
        files = ["console.log", "disk", "disk.config", "disk.info"]
        rows = [
            {"name": n, "inode": at, "changed": 1795460000.5, "bytes": _GIB, "files": files}
            for at, n in enumerate(names, 1)
        ]
        about = {"path": _PATH, "now": 1795464000.5, "shared": False}
        yield things.host_name(host), {**about, "directories": rows, "others": ["_base", "locks"]}


def instance_disks(size: Size) -> Answers:
    for host in range(size.hosts):
        rows = [row for number in size.on(host) for row in _disks(number)]
        yield things.host_name(host), {"path": _PATH, "disks": rows}


def _disks(number: int) -> Iterator[dict[str, Any]]:
    flavor, directory = things.FLAVORS[number % len(things.FLAVORS)], identity("server", number)
    config = {"directory": directory, "name": "disk.config", "allocated": 491520}
    yield {**config, "format": "raw", "virtual": 491520}
    if not things.from_volume(number):
        yield {
            "directory": directory,
            "name": "disk",
            "allocated": 200704,
            "format": "qcow2",
            "virtual": flavor["disk"] * _GIB,
            "backing": f"{_PATH}/_base/{identity('image', number % 40)}",
            "backing_there": True,
        }


def cached_images(size: Size) -> Answers:
    for host in range(size.hosts):
        rows = [
            {"name": identity("image", number), "bytes": _GIB, "modified": 1795460000.5}
            for number in range(40)
        ]
        yield things.host_name(host), {"images": rows}


def guest_files(size: Size) -> Answers:
    for host in range(size.hosts):
        rows = [
            {
                "kind": "nvram",
                "name": f"{things.domain_name(number)}_VARS.fd",
                "bytes": 540672,
                "inode": number,
            }
            for number in size.on(host)
        ]
        yield things.host_name(host), {"files": rows}


def host_devices(size: Size) -> Answers:
    for host in range(size.hosts):
        target = "iqn.2010-10.org.openstack:volume-"
        rows = [
            {"name": f"session{number}", "target": f"{target}{identity('volume', number)}"}
            for number in size.on(host)
            if things.from_volume(number)
        ]
        yield things.host_name(host), {"iscsi": rows, "mapped": []}


def host_interfaces(size: Size) -> Answers:
    for host in range(size.hosts):
        loop = {"name": "lo", "index": 1, "up": True, "kind": "other", "master": ""}
        taps = [
            {**loop, "name": _tap(number), "index": number + 2, "kind": "tap", "master": "br-int"}
            for number in _listed(size, host)
        ]
        yield things.host_name(host), {"interfaces": [loop, *taps]}


def ovs_interfaces(size: Size) -> Answers:
    for host in range(size.hosts):
        rows = [
            {"name": _tap(number), "port": identity("port", number)}
            for number in _listed(size, host)
        ]
        yield things.host_name(host), {"installed": True, "interfaces": rows}


def qemu_processes(size: Size) -> Answers:
    for host in range(size.hosts):
        rows = [
            {
                "pid": number + 2,
                "uuid": identity("server", number),
                "started": number,
                "name": things.domain_name(number),
                "memory_kib": 1048576,
            }
            for number in size.on(host)
            if things.lost(number) != "domain"
        ]
        yield things.host_name(host), {"processes": rows}


def host_resources(size: Size) -> Answers:
    """A host has as much left as nova says, when all of its guests have written all their disks."""
    for host in range(size.hosts):
        promised = sum(
            disk["virtual"] - disk["allocated"]
            for number in size.on(host)
            if things.lost(number) != "domain"
            for disk in _disks(number)
        )
        memory = {"MemTotal": 2147483648, "MemAvailable": 1073741824, "SwapTotal": 0, "SwapFree": 0}
        disk = {"type": "xfs", "source": "/dev/sda1", "shared": False, "size": _DISK}
        free = _ROOM * _GIB + promised
        disk |= {"used": max(_DISK - free, 0), "free": free}
        about = {"memory_kib": memory, "cpus": 512, "path": _PATH, "file_system": disk}
        yield things.host_name(host), about


def _listed(size: Size, host: int) -> list[int]:
    return [number for number in size.on(host) if things.listed(number)]


def _tap(number: int) -> str:
    return f"tap{identity('port', number)[:11]}"
