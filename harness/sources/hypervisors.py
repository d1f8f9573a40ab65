"""Hypervisors: nova's resource tracker, one row for each compute node.

A node whose service record was deleted is not listed. Usage is served up to microversion 2.87 only
(nova/api/openstack/compute/hypervisors.py). From 2.88 on ``uptime`` is what the last saved audit
found, which dates the row; it is asked for beside it.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from msgspec import Struct

from harness.core.answers.shape import Record, ShapeError, items, take, take_or_none
from harness.core.apis.paging import pages
from harness.core.ports import Cloud, Unreachable
from harness.core.views.source import CloudSource, Gauge

MICROVERSION = "2.87"
_WITH_STAMP = "2.88"
LIBVIRT_TYPES = frozenset({"QEMU", "KVM"})


class ComputeNode(Struct, frozen=True, gc=False):
    """A compute node and its tracker row. ``host`` is nova's host, ``node`` the hypervisor's name.

    vCPUs are counts, memory is in MB, disk in GB; all may be negative where nova says so.
    ``running_vms`` is None where no audit has counted yet, ``disk_available_least`` where none has
    measured or the driver cannot.
    ``servers`` maps server uuid -> domain name: every server that nova's database has on the host,
    soft-deleted ones too. ``audit_stamp`` changes with each audit that was saved, or is None.
    """

    uuid: str
    host: str
    node: str
    kind: str
    up: bool
    enabled: bool
    vcpus: int
    vcpus_used: int
    memory_mb: int
    memory_mb_used: int
    local_gb: int
    local_gb_used: int
    running_vms: int | None
    servers: Mapping[str, str]
    audit_stamp: str | None = None
    disk_available_least: int | None = None

    @property
    def key(self) -> str:
        return self.uuid

    @property
    def has_domains(self) -> bool:
        """True where the driver is libvirt: ironic, fake and other drivers keep no domains."""
        return self.kind in LIBVIRT_TYPES


_SERVER = Record({"uuid": str, "name": str}, {})


def read(cloud: Cloud) -> Any:
    """Ask for the audits' stamps where the cloud is new enough, then for usage and servers.

    In this order, since a stamp must not be newer than the row that it dates.
    """
    try:
        stamps = _pages(cloud, _WITH_STAMP, {})
    except Unreachable as error:
        stamps = []
        unavailable = {"unavailable": str(error)}
    else:
        unavailable = {}
    usage = _pages(cloud, MICROVERSION, {"with_servers": "true"})
    return {"usage": usage, "stamps": stamps, **unavailable}


def _pages(cloud: Cloud, microversion: str, params: Mapping[str, str]) -> list[Any]:
    path = "/os-hypervisors/detail"
    return list(
        pages(cloud, "compute", path, "hypervisors", microversion=microversion, params=params)
    )


def parse(body: Any) -> Iterator[ComputeNode]:
    """Yield the compute nodes. Raises ShapeError where usage is missing, null or no integer."""
    stamps = {
        take(item, "id", str): take_or_none(item, "uptime", str)
        for page in items(body, "stamps")
        for item in items(page, "hypervisors")
    }
    for page in items(body, "usage"):
        for item in items(page, "hypervisors"):
            yield _node(item, stamps)


def _node(data: Any, stamps: Mapping[str, str | None]) -> ComputeNode:
    uuid = take(data, "id", str)
    if "vcpus_used" not in data:
        raise ShapeError("usage is missing: the answer is not of microversion 2.53 to 2.87")
    return ComputeNode(
        uuid=uuid,
        host=take(take(data, "service", dict), "host", str),
        node=take(data, "hypervisor_hostname", str),
        kind=take(data, "hypervisor_type", str),
        up=take(data, "state", str) == "up",
        enabled=take(data, "status", str) == "enabled",
        vcpus=take(data, "vcpus", int),
        vcpus_used=take(data, "vcpus_used", int),
        memory_mb=take(data, "memory_mb", int),
        memory_mb_used=take(data, "memory_mb_used", int),
        local_gb=take(data, "local_gb", int),
        local_gb_used=take(data, "local_gb_used", int),
        running_vms=take_or_none(data, "running_vms", int),
        servers=dict(map(_SERVER.of, items(data, "servers"))),
        audit_stamp=stamps.get(uuid),
        disk_available_least=take_or_none(data, "disk_available_least", int),
    )


def libvirt_hosts(nodes: Iterable[ComputeNode]) -> tuple[str, ...]:
    """Return the hosts that keep libvirt domains, sorted."""
    return tuple(sorted({node.host for node in nodes if node.has_domains}))


def _sum(value: Callable[[ComputeNode], int]) -> Callable[[tuple[ComputeNode, ...]], Any]:
    def measure(rows: tuple[ComputeNode, ...]) -> Mapping[str, float]:
        total: dict[str, float] = {}
        for row in rows:
            total[row.host] = total.get(row.host, 0) + value(row)
        return total

    return measure


def _contradicted(rows: Mapping[str, Sequence[Any]]) -> str:
    up = [s.host for s in rows.get("services", ()) if s.binary == "nova-compute" and s.up]
    return f"nova-compute reports from {up[0]} ({len(up)} hosts do)" if up else ""


SOURCE = CloudSource(
    "hypervisors",
    read,
    parse,
    (
        Gauge("vcpus", "", _sum(lambda row: row.vcpus_used)),
        Gauge("memory_mb", "MB", _sum(lambda row: row.memory_mb_used)),
        Gauge("disk_gb", "GB", _sum(lambda row: row.local_gb_used)),
    ),
    contradicted=_contradicted,
)
