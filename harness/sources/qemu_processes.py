"""The processes of QEMU on each host, libvirt's or not."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct

from harness.core.shape import items, take, take_amount
from harness.core.source import Gauge, ProbeSource


class QemuProcess(Struct, frozen=True, gc=False):
    """A process. ``uuid`` and ``name`` are those of its command line, or "": what libvirt starts to
    ask QEMU what it can do has no uuid.

    ``started`` is when, in ticks since the host booted. ``memory_mb`` is what it takes really.
    """

    host: str
    pid: int
    uuid: str
    name: str
    started: int
    memory_mb: int

    @property
    def key(self) -> str:
        return f"{self.pid}@{self.host}"


def parse(host: str, body: Any) -> Iterator[QemuProcess]:
    """Yield the processes of a host."""
    for data in items(body, "processes"):
        yield QemuProcess(
            host=host,
            pid=take_amount(data, "pid"),
            uuid=take(data, "uuid", str),
            name=take(data, "name", str),
            started=take_amount(data, "started"),
            memory_mb=take_amount(data, "memory_kib") // 1024,
        )


def _by_host(rows: tuple[QemuProcess, ...]) -> Mapping[str, float]:
    return Counter(process.host for process in rows)


SOURCE = ProbeSource("qemu_processes", parse, (Gauge("qemu_processes", "", _by_host),))
