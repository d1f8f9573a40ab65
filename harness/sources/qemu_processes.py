"""The processes of QEMU on each host, libvirt's or not."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct

from harness.core.answers.typed import Amount, each
from harness.core.views.source import Gauge, ProbeSource


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


class _Told(Struct, gc=False):
    pid: Amount
    uuid: str
    name: str
    started: Amount
    memory_kib: Amount


def parse(host: str, body: Any) -> Iterator[QemuProcess]:
    """Yield the processes of a host."""
    for told in each(body, "processes", _Told):
        memory_mb = told.memory_kib // 1024
        yield QemuProcess(host, told.pid, told.uuid, told.name, told.started, memory_mb)


def _by_host(rows: tuple[QemuProcess, ...]) -> Mapping[str, float]:
    return Counter(process.host for process in rows)


SOURCE = ProbeSource("qemu_processes", parse, (Gauge("qemu_processes", "", _by_host),))
