"""What each host really has and uses: memory, CPUs, and the file system of the instances path."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from msgspec import Struct

from harness.core.answers.shape import take, take_amount
from harness.core.views.source import Gauge, ProbeSource

GIB = 2**30


class HostResources(Struct, frozen=True, gc=False):
    """A host by its kernel. Memory in MB; what is available can be had without swapping.

    Sizes of the file system in bytes; ``disk_free`` is what nova may write, as statvfs tells it.
    ``shared``: other hosts may have the same file system.
    """

    host: str
    cpus: int
    memory_mb: int
    memory_available_mb: int
    swap_used_mb: int
    path: str
    file_system: str
    shared: bool
    disk_size: int
    disk_used: int
    disk_free: int

    @property
    def key(self) -> str:
        return self.host


def parse(host: str, body: Any) -> Iterator[HostResources]:
    """Yield the host's one row."""
    memory, disk = take(body, "memory_kib", dict), take(body, "file_system", dict)
    swap = take_amount(memory, "SwapTotal") - take_amount(memory, "SwapFree")
    yield HostResources(
        host=host,
        cpus=take_amount(body, "cpus"),
        memory_mb=take_amount(memory, "MemTotal") // 1024,
        memory_available_mb=take_amount(memory, "MemAvailable") // 1024,
        swap_used_mb=swap // 1024,
        path=take(body, "path", str),
        file_system=take(disk, "type", str),
        shared=take(disk, "shared", bool),
        disk_size=take_amount(disk, "size"),
        disk_used=take_amount(disk, "used"),
        disk_free=take_amount(disk, "free"),
    )


def _value(value: Callable[[HostResources], float]) -> Callable[[tuple[HostResources, ...]], Any]:
    def measure(rows: tuple[HostResources, ...]) -> Mapping[str, float]:
        return {row.host: float(value(row)) for row in rows}

    return measure


SOURCE = ProbeSource(
    "host_resources",
    parse,
    (
        Gauge("real_memory_mb", "MB", _value(lambda row: row.memory_mb - row.memory_available_mb)),
        Gauge("real_disk_gb", "GB", _value(lambda row: row.disk_used / GIB)),
    ),
)
