"""What each host really has and uses, by its kernel: memory, and the disk of the instances path.

It is as of the look: what the guests that lived at an earlier moment really took nobody tells.
"""

from collections.abc import Iterator

from harness.diagnosis.running import whose_domain
from harness.diagnosis.scene import Scene
from harness.diagnosis.sheet import DISK, MEMORY, Claim, Holder, Sheet, parts_of
from harness.sources.host_resources import HostResources

VIEW = "host"
NEEDS = ("host_resources", "qemu_processes", "instance_disks", "servers")
_MB = 2**20


def sheets(scene: Scene) -> Iterator[Sheet]:
    """Yield a sheet for memory and disk, both in MB, of each host whose probe answered."""
    snapshot = scene.snapshot
    for host in snapshot["host_resources"]:
        if not snapshot["qemu_processes"].gap(host.host):
            yield _sheet(host, MEMORY, host.memory_mb, _memory(host, scene))
        if not snapshot["instance_disks"].gap(host.host):
            yield _sheet(host, DISK, host.disk_size // _MB, _disk(host, scene))


def _sheet(host: HostResources, resource: str, capacity: int, claims: Iterator[Claim]) -> Sheet:
    parts = parts_of(claims)
    free = capacity - sum(part.amount for part in parts)
    shared = f"{host.file_system}, which other hosts may share" if host.shared else host.file_system
    note = f"{host.path}: {shared}" if resource == DISK else ""
    return Sheet(VIEW, host.host, resource, capacity, parts, free, note)


def _memory(host: HostResources, scene: Scene) -> Iterator[Claim]:
    guests = 0
    for process in scene.snapshot["qemu_processes"].having("host", host.host):
        guests += process.memory_mb
        whose = whose_domain(process.uuid, host.host, of_nova=False, scene=scene)
        yield Claim(*whose, process.memory_mb)
    rest = host.memory_mb - host.memory_available_mb - guests
    yield Claim(Holder.REST, "the host itself and what else runs on it", rest)


def _disk(host: HostResources, scene: Scene) -> Iterator[Claim]:
    taken = 0
    for disk in scene.snapshot["instance_disks"].having("host", host.host):
        amount = disk.allocated // _MB
        taken += amount
        whose = scene.holder_of(disk.uuid) or (Holder.LEAKED, f"disk {disk.place}")
        yield Claim(*whose, amount)
    size, used = host.disk_size // _MB, host.disk_used // _MB
    free = host.disk_free // _MB
    yield Claim(Holder.KEPT, "kept back by the file system", size - used - free)
    yield Claim(Holder.REST, "images and other files", used - taken)
