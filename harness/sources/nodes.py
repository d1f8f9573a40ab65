"""Nodes: what libvirt says of each host itself, the "hypervisor view" of nova-compute's log.

That view counts the vCPUs of every running domain, nova's or not, and the host's real free memory
(nova/virt/libvirt/driver.py: get_available_resource).
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from msgspec import Struct

from harness.core.answers.shape import items, take
from harness.core.libvirt_errors import domain_is_gone
from harness.core.views.source import Gauge, HostSource

_ACTIVE = 1  # VIR_CONNECT_LIST_DOMAINS_ACTIVE
_ALL_CELLS = -1  # VIR_NODE_MEMORY_STATS_ALL_CELLS


class Node(Struct, frozen=True, gc=False):
    """A host as libvirt sees it. Memory in MB; ``memory_free_mb`` leaves buffers and cache out.

    ``active_vcpus`` is the sum over all active domains.
    """

    host: str
    cpus: int
    memory_mb: int
    memory_free_mb: int
    active_vcpus: int

    @property
    def key(self) -> str:
        return self.host


def read(connection: Any) -> Any:
    """Ask an open libvirt connection for the host's CPUs, memory, and active domains' vCPUs.

    No domain's monitor is asked: it may hang (``domains.read``).
    """
    info = connection.getInfo()
    return {
        "memory_mb": info[1],
        "cpus": info[2],
        "memory_kib": connection.getMemoryStats(_ALL_CELLS, 0),
        "active_vcpus": list(_vcpus(connection.listAllDomains(_ACTIVE))),
    }


def _vcpus(active: Iterable[Any]) -> Iterator[int]:
    for domain in active:
        try:
            yield domain.vcpusFlags(0)
        except Exception as error:
            if not domain_is_gone(error):
                raise


def parse(host: str, body: Any) -> Iterator[Node]:
    """Yield the host's one row. Raises ShapeError where libvirt did not say a domain's vCPUs."""
    memory = take(body, "memory_kib", dict)
    free = take(memory, "free", int) + sum(
        take(memory, name, int) for name in ("buffers", "cached") if name in memory
    )
    yield Node(
        host=host,
        cpus=take(body, "cpus", int),
        memory_mb=take(body, "memory_mb", int),
        memory_free_mb=free // 1024,
        active_vcpus=sum(
            take({"vcpu.current": number}, "vcpu.current", int)
            for number in items(body, "active_vcpus")
        ),
    )


def _value(value: Callable[[Node], int]) -> Callable[[tuple[Node, ...]], Any]:
    def measure(rows: tuple[Node, ...]) -> Mapping[str, float]:
        return {row.host: float(value(row)) for row in rows}

    return measure


SOURCE = HostSource(
    "nodes", read, parse, (Gauge("active_vcpus", "", _value(lambda row: row.active_vcpus)),)
)
