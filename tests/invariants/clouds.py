"""Snapshots of small clouds, built row by row.

compute1 and compute2 are libvirt hosts whose nodes are named with their domain.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from msgspec.structs import replace

from harness.accounting.flavor_usage import Usage, promised, tracked
from harness.core.rules.invariant import Circumstances
from harness.core.views.snapshot import Snapshot, View
from harness.sources.allocations import Allocation
from harness.sources.bindings import Binding
from harness.sources.domains import Domain
from harness.sources.floating_ips import FloatingIp
from harness.sources.hypervisors import ComputeNode
from harness.sources.images import Image
from harness.sources.migrations import Migration
from harness.sources.networks import Network
from harness.sources.nodes import Node
from harness.sources.ports import Port
from harness.sources.projects import Project
from harness.sources.providers import Inventory, Provider
from harness.sources.routers import Router
from harness.sources.security_groups import SecurityGroup
from harness.sources.servers import Flavor, Server
from harness.sources.services import Service
from harness.sources.subnets import Subnet
from tests.invariants import databases, hosts

NOW = 1795464000.0  # 2026-11-23T20:00:00Z
JUST_NOW = "2026-11-23T20:00:00Z"
RECENT = "2026-11-23T19:59:30Z"
LONG_AGO = "2026-11-22T20:00:00Z"
H1, H2 = "compute1", "compute2"
RESERVED_MB = 512
SMALL = Flavor(vcpus=1, ram=512, disk=1, ephemeral=0, swap=0)
LARGE = Flavor(vcpus=4, ram=4096, disk=10, ephemeral=0, swap=0)
NOTHING = Usage()
OTHERS = (
    "aggregates",
    "deleted_servers",
    "flavors",
    "images",
    "keypairs",
    "own_process",
    "server_groups",
    "users",
    "volume_attachments",
    "volume_backups",
    "volume_quotas",
    "volume_snapshots",
    "volumes",
)
RUN = Circumstances(prefix="soak1a2b3c", iteration=3, stuck_after=1800.0)


def node_of(host: str) -> str:
    return f"{host}.example.org" if host else ""


def uuid_of(host: str) -> str:
    """Return the uuid of a compute node, which is its provider's too."""
    return f"provider-of-{host}"


def server(uuid: str = "server-1", host: str = H1, **changes: Any) -> Server:
    """Return a server, ACTIVE and at rest unless told otherwise."""
    calm = Server(
        uuid=uuid,
        name=f"name of {uuid}",
        project="project-1",
        host=host,
        node=node_of(host),
        domain_name="instance-0000001a",
        status="ACTIVE",
        vm_state="active",
        task="",
        updated=RECENT,
        flavor=SMALL,
        boots_from_volume=False,
    )
    return replace(calm, **changes)


def domain(uuid: str = "server-1", host: str = H1, **changes: Any) -> Domain:
    running = Domain(host, uuid, "instance-0000001a", "running", True, "web", 1, 512)
    return replace(running, **changes)


def allocation(consumer: str, host: str = H1, flavor: Flavor = SMALL, **changes: Any) -> Allocation:
    held = promised(flavor, boots_from_volume=False)[0]
    return replace(Allocation(consumer, uuid_of(host), node_of(host), 7, held), **changes)


def migration(
    uuid: str = "migration-1", source: str = H1, dest: str = H2, **changes: Any
) -> Migration:
    """Return a resize of server-1 that waits for a confirmation."""
    resize = Migration(
        uuid,
        "server-1",
        "resize",
        "finished",
        source,
        node_of(source),
        dest,
        node_of(dest),
        RECENT,
    )
    return replace(resize, **changes)


def node(host: str, used: Usage = NOTHING, **changes: Any) -> ComputeNode:
    """Return a compute node whose tracker counts ``used`` beside what nova keeps back."""
    calm = ComputeNode(
        uuid=uuid_of(host),
        host=host,
        node=node_of(host),
        kind="QEMU",
        up=True,
        enabled=True,
        vcpus=16,
        vcpus_used=used.vcpus,
        memory_mb=65536,
        memory_mb_used=used.memory_mb + RESERVED_MB,
        local_gb=1000,
        local_gb_used=used.disk_gb,
        running_vms=0,
        servers={},
    )
    return replace(calm, **changes)


def provider(host: str, disk_reserved: int | None = 0, **changes: Any) -> Provider:
    inventories = {
        "VCPU": Inventory(16, 0, 4.0),
        "MEMORY_MB": Inventory(65536, RESERVED_MB, 1.0),
    }
    if disk_reserved is not None:
        inventories["DISK_GB"] = Inventory(1000, disk_reserved, 1.0)
    whole = Provider(uuid_of(host), node_of(host), uuid_of(host), "", 7, inventories, {})
    return replace(whole, **changes)


def service(host: str, **changes: Any) -> Service:
    calm = Service(f"service-{host}", "nova-compute", host, True, True, False, "", JUST_NOW)
    return replace(calm, **changes)


@dataclass(frozen=True)
class Cloud:
    """The rows of a cloud. What is left None follows from the rest, as in a cloud without a leak.

    ``down`` are hosts that do not report. ``others`` are rows of the views that have no place of
    their own here.
    """

    servers: tuple[Server, ...] = ()
    domains: tuple[Domain, ...] | None = None
    allocations: tuple[Allocation, ...] | None = None
    migrations: tuple[Migration, ...] = ()
    used: Mapping[str, Usage] | None = None
    nodes: tuple[ComputeNode, ...] | None = None
    providers: tuple[Provider, ...] | None = None
    services: tuple[Service, ...] | None = None
    ports: tuple[Port, ...] = ()
    bindings: tuple[Binding, ...] = ()
    networks: tuple[Network, ...] = ()
    subnets: tuple[Subnet, ...] = ()
    routers: tuple[Router, ...] = ()
    floating_ips: tuple[FloatingIp, ...] = ()
    security_groups: tuple[SecurityGroup, ...] = ()
    projects: tuple[Project, ...] = (Project("project-1", "demo", "default"),)
    others: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)
    down: tuple[str, ...] = ()
    gaps: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def rows(self) -> dict[str, tuple[Any, ...]]:
        held = self._allocations()
        return {
            **dict.fromkeys(OTHERS, ()),
            **hosts.rows(self.servers, self._domains(), (H1, H2)),
            **databases.rows(self._nodes(), self.servers, self.migrations, self._reported()),
            "images": _images(self.servers),
            **self.others,
            "servers": self.servers,
            "domains": self._domains(),
            "allocations": held,
            "migrations": self.migrations,
            "hypervisors": self._nodes(),
            "providers": self._providers(held),
            "services": self._services(),
            "ports": self.ports,
            "bindings": self.bindings,
            "networks": self.networks,
            "subnets": self.subnets,
            "routers": self.routers,
            "floating_ips": self.floating_ips,
            "security_groups": self.security_groups,
            "projects": self.projects,
            "nodes": tuple(Node(host, 16, 65536, 60000, 0) for host in (H1, H2)),
        }

    def snapshot(self) -> Snapshot:
        views = {}
        for name, rows in self.rows().items():
            gaps = self.gaps.get(name, {})
            asked = frozenset([H1, H2]) if name in ("domains", "nodes", *hosts.VIEWS) else None
            seen = tuple(
                row
                for row in rows
                if "" not in gaps and not (asked and getattr(row, "host", None) in gaps)
            )
            views[name] = View(name, seen, gaps, asked)
        return Snapshot(NOW, views)

    def _services(self) -> tuple[Service, ...]:
        return self.services or tuple(self._service(host) for host in (H1, H2))

    def _reported(self) -> str:
        return max(row.updated for row in self._services())

    def _service(self, host: str) -> Service:
        """Hosts that are down were disabled: that they are silent is no secret."""
        reports = host not in self.down
        return service(host, up=reports, enabled=reports)

    def _domains(self) -> tuple[Domain, ...]:
        if self.domains is not None:
            return self.domains
        return tuple(domain(row.uuid, row.host) for row in self.servers if row.host)

    def _allocations(self) -> tuple[Allocation, ...]:
        if self.allocations is not None:
            return self.allocations
        return tuple(
            allocation(
                row.uuid,
                row.host,
                resources=promised(row.flavor, row.boots_from_volume)[0],
            )
            for row in self.servers
            if row.host
        )

    def _nodes(self) -> tuple[ComputeNode, ...]:
        if self.nodes is not None:
            return self.nodes
        return tuple(
            node(
                host,
                self._used(host),
                up=host not in self.down,
                servers={row.uuid: row.domain_name for row in self.servers if row.host == host},
            )
            for host in (H1, H2)
        )

    def _used(self, host: str) -> Usage:
        if self.used is not None:
            return self.used.get(host, Usage())
        total = Usage()
        for row in self.servers:
            if row.host == host:
                total += tracked(row.flavor, row.boots_from_volume)
        return total

    def _providers(self, held: tuple[Allocation, ...]) -> tuple[Provider, ...]:
        if self.providers is not None:
            return self.providers
        return tuple(provider(host, usages=_sum(held, uuid_of(host))) for host in (H1, H2))


def _images(servers: tuple[Server, ...]) -> tuple[Image, ...]:
    """Return what shelving wrote the disks of offloaded servers into."""
    return tuple(
        Image(
            f"image-of-{row.uuid}",
            f"{row.name}-shelved",
            row.project,
            "active",
            LONG_AGO,
            LONG_AGO,
            "private",
            1,
            row.uuid,
            "base",
            "snapshot",
        )
        for row in servers
        if row.vm_state == "shelved_offloaded" and not row.boots_from_volume
    )


def _sum(held: tuple[Allocation, ...], uuid: str) -> dict[str, int]:
    total: dict[str, int] = {}
    for row in held:
        for name, amount in row.resources.items() if row.provider == uuid else ():
            total[name] = total.get(name, 0) + amount
    return total
