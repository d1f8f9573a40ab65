"""What the hosts of a small cloud hold, row by row, as it follows from its servers and domains."""

from collections.abc import Iterable
from typing import Any

from msgspec.structs import replace

from harness.sources.cached_images import CachedImage
from harness.sources.domains import Domain
from harness.sources.guest_files import GuestFile
from harness.sources.host_interfaces import HostInterface
from harness.sources.host_resources import GIB, HostResources
from harness.sources.instance_directories import KINDS, InstanceDirectory
from harness.sources.instance_disks import InstanceDisk
from harness.sources.qemu_processes import QemuProcess
from harness.sources.servers import Server

PATH = "/var/lib/nova/instances"
CACHED = "8ec50a51afd76cb64a2c4aef73e1d4f4f6e3d4a3"
VIEWS = (
    "cached_images",
    "guest_files",
    "host_devices",
    "host_interfaces",
    "host_resources",
    "instance_directories",
    "instance_disks",
    "ovs_interfaces",
    "qemu_processes",
)


def directory(uuid: str, host: str, kind: str = "", **changes: Any) -> InstanceDirectory:
    """Return a directory of an instance, old and of 3 GB. Here a uuid is any word."""
    ending = {there: text for text, there in KINDS.items()}.get(kind, ".old")
    old = InstanceDirectory(host, PATH, f"{uuid}{ending}", uuid, kind, 3600.0, 3 * GIB, 7, False)
    return replace(old, **changes)


def disk(place: str, host: str, **changes: Any) -> InstanceDisk:
    """Return a qcow2 of 1 GB that takes nothing yet, over a file of the cache."""
    folder, _, name = place.rpartition("/")
    backing = f"{PATH}/_base/{CACHED}"
    uuid = folder.removesuffix("_resize")
    return replace(
        InstanceDisk(host, PATH, folder, name, uuid, "qcow2", GIB, 0, backing), **changes
    )


def process(uuid: str, host: str, **changes: Any) -> QemuProcess:
    return replace(QemuProcess(host, 4242, uuid, "instance-0000001a", 99, 128), **changes)


def interface(name: str, host: str, **changes: Any) -> HostInterface:
    return replace(HostInterface(host, name, "tap", 7, True, "br-int"), **changes)


def guest_file(guest: str, host: str, kind: str = "nvram", **changes: Any) -> GuestFile:
    ending = {"nvram": "_VARS.fd", "save": ".save"}.get(kind, "")
    return replace(GuestFile(host, kind, f"{guest}{ending}", guest, 540672, 11), **changes)


def resources(host: str, **changes: Any) -> HostResources:
    """Return a host of 1000 GB of disk, 900 of them free."""
    size = {"disk_size": 1000 * GIB, "disk_used": 100 * GIB, "disk_free": 900 * GIB}
    row = HostResources(host, 16, 65536, 60000, 0, PATH, "ext4", False, **size)
    return replace(row, **changes)


def rows(
    servers: Iterable[Server], domains: Iterable[Domain], hosts: tuple[str, ...]
) -> dict[str, tuple[Any, ...]]:
    """Return what hosts hold where nothing is lost."""
    here = [server for server in servers if server.host in hosts]
    local = [server for server in here if not server.boots_from_volume]
    known = [domain for domain in domains if domain.host in hosts]
    names = {(row.name, row.host): None for row in known}
    return {
        **dict.fromkeys(VIEWS, ()),
        "cached_images": tuple(CachedImage(host, CACHED, GIB, 1.0) for host in hosts),
        "guest_files": tuple(guest_file(name, host) for name, host in names),
        "host_interfaces": tuple(interface("lo", host, kind="other", master="") for host in hosts),
        "host_resources": tuple(map(resources, hosts)),
        "instance_directories": tuple(directory(row.uuid, row.host) for row in here),
        "instance_disks": tuple(disk(f"{row.uuid}/disk", row.host) for row in local),
        "qemu_processes": tuple(
            process(row.uuid, row.host, pid=number)
            for number, row in enumerate(known)
            if row.active
        ),
    }
