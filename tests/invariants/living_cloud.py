"""A healthy cloud that goes on living while it is looked at: nova's steps, in nova's order.

Each task is a generator that yields after each thing that nova writes (nova/compute/manager.py), so
that a look, which reads one view after the other, may fall between any two of them.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from msgspec.structs import replace

from harness.accounting.flavor_usage import Usage, promised, tracked
from harness.core.views.snapshot import Snapshot, View
from harness.sources.migrations import Migration
from harness.sources.servers import Flavor, Server
from tests.invariants.clouds import (
    H1,
    H2,
    LARGE,
    NOW,
    SMALL,
    allocation,
    domain,
    migration,
    node,
    node_of,
    provider,
    server,
    service,
)

ORDER = ("allocations", "migrations", "providers", "services", "servers")
"""The views in the order in which they are asked for, after ``hypervisors``."""
Step = Iterator[None]


@dataclass
class LivingCloud:
    """What nova, placement and libvirt hold just now. ``audits`` counts those of the trackers."""

    servers: dict[str, Server] = field(default_factory=dict)
    moves: dict[str, Migration] = field(default_factory=dict)
    held: dict[tuple[str, str], Flavor] = field(default_factory=dict)
    domains: dict[tuple[str, str], str] = field(default_factory=dict)
    used: dict[str, Usage] = field(default_factory=lambda: {H1: Usage(), H2: Usage()})
    generations: dict[str, int] = field(default_factory=lambda: {H1: 1, H2: 1})
    writes: int = 0

    def write(self, uuid: str, **changes: Any) -> None:
        self.servers[uuid] = replace(self.servers[uuid], updated=self.now(), **changes)

    def now(self) -> str:
        self.writes += 1
        return datetime.fromtimestamp(NOW + self.writes, UTC).isoformat()

    def count(self, host: str, flavor: Flavor, sign: int) -> None:
        one, had = tracked(flavor, False), self.used[host]
        self.used[host] = Usage(
            had.vcpus + sign * one.vcpus,
            had.memory_mb + sign * one.memory_mb,
            had.disk_gb + sign * one.disk_gb,
        )

    def hold(self, consumer: str, host: str, flavor: Flavor) -> None:
        self.held[consumer, host] = flavor
        self.generations[host] += 1

    def move(self, uuid: str, **changes: Any) -> None:
        self.moves[uuid] = replace(self.moves[uuid], updated=self.now(), **changes)

    def view(self, name: str) -> tuple[Any, ...]:
        return tuple(getattr(self, f"_{name}")())

    def _servers(self) -> Iterator[Any]:
        yield from self.servers.values()

    def _migrations(self) -> Iterator[Any]:
        yield from self.moves.values()

    def _services(self) -> Iterator[Any]:
        yield from (service(H1), service(H2))

    def _domains(self) -> Iterator[Any]:
        for (uuid, host), state in self.domains.items():
            yield domain(uuid, host, state=state)

    def _allocations(self) -> Iterator[Any]:
        for (consumer, host), flavor in self.held.items():
            yield allocation(consumer, host, flavor, generation=self.generations[host])

    def _providers(self) -> Iterator[Any]:
        for host in (H1, H2):
            total: dict[str, int] = {}
            for (_, where), flavor in self.held.items():
                for name, amount in promised(flavor, False)[0].items() if where == host else ():
                    total[name] = total.get(name, 0) + amount
            yield provider(host, usages=total, generation=self.generations[host])

    def _hypervisors(self) -> Iterator[Any]:
        for host in (H1, H2):
            lying = {row.uuid: row.domain_name for row in self.servers.values() if row.host == host}
            yield node(host, self.used[host], servers=lying)


def boot(cloud: LivingCloud, uuid: str, host: str) -> Step:
    building = server(uuid, "", status="BUILD", vm_state="building", task="scheduling")
    cloud.servers[uuid] = replace(building, updated=cloud.now())
    yield
    cloud.hold(uuid, host, SMALL)
    yield
    cloud.count(host, SMALL, +1)
    cloud.write(uuid, host=host, node=node_of(host), task="spawning")
    yield
    cloud.domains[uuid, host] = "running"
    yield
    cloud.write(uuid, status="ACTIVE", vm_state="active", task="")


def delete(cloud: LivingCloud, uuid: str) -> Step:
    host, flavor = cloud.servers[uuid].host, cloud.servers[uuid].flavor
    cloud.write(uuid, task="deleting")
    yield
    cloud.domains.pop((uuid, host))
    yield
    cloud.write(uuid, status="DELETED", vm_state="deleted", task="")
    yield
    cloud.count(host, flavor, -1)
    yield
    cloud.held.pop((uuid, host))
    yield
    del cloud.servers[uuid]


def stop_and_start(cloud: LivingCloud, uuid: str) -> Step:
    host = cloud.servers[uuid].host
    for task, state, status, vm_state in (
        ("powering-off", "shut off", "SHUTOFF", "stopped"),
        ("powering-on", "running", "ACTIVE", "active"),
    ):
        cloud.write(uuid, task=task)
        yield
        cloud.domains[uuid, host] = state
        yield
        cloud.write(uuid, status=status, vm_state=vm_state, task="")
        yield


def reboot(cloud: LivingCloud, uuid: str) -> Step:
    host = cloud.servers[uuid].host
    cloud.write(uuid, task="rebooting_hard", status="HARD_REBOOT")
    yield
    cloud.domains.pop((uuid, host))
    yield
    cloud.domains[uuid, host] = "running"
    yield
    cloud.write(uuid, task="", status="ACTIVE")


def _begin(cloud: LivingCloud, uuid: str, kind: str, task: str, new: Flavor) -> Step:
    """The scheduler's part of a move: the migration takes the allocation, the server gets anew."""
    row, move = cloud.servers[uuid], f"move-{cloud.writes}"
    source, dest = (H1, H2) if row.host == H1 else (H2, H1)
    cloud.write(uuid, task=task)
    yield
    begun = migration(move, source, dest, server=uuid, kind=kind, status="accepted")
    cloud.moves[move] = replace(begun, updated=cloud.now())
    yield
    cloud.hold(move, source, cloud.held.pop((uuid, source)))
    yield
    cloud.hold(uuid, dest, new)
    yield
    cloud.count(dest, new, +1)
    cloud.move(move, status="pre-migrating")
    yield


def live_migrate(cloud: LivingCloud, uuid: str) -> Step:
    flavor, source = cloud.servers[uuid].flavor, cloud.servers[uuid].host
    yield from _begin(cloud, uuid, "live-migration", "migrating", flavor)
    move = next(row for row in cloud.moves.values() if row.server == uuid)
    cloud.move(move.uuid, status="running")
    cloud.domains[uuid, move.dest_host] = "paused"
    yield
    cloud.domains[uuid, move.dest_host] = "running"
    cloud.domains.pop((uuid, source))
    yield
    cloud.write(uuid, host=move.dest_host, node=node_of(move.dest_host), task="")
    yield
    cloud.count(source, flavor, -1)
    yield
    del cloud.moves[move.uuid]
    yield
    cloud.held.pop((move.uuid, source))


def resize(cloud: LivingCloud, uuid: str) -> Step:
    old, source = cloud.servers[uuid].flavor, cloud.servers[uuid].host
    new = LARGE if old == SMALL else SMALL
    yield from _begin(cloud, uuid, "resize", "resize_prep", new)
    move = next(row for row in cloud.moves.values() if row.server == uuid)
    dest = move.dest_host
    cloud.write(uuid, task="resize_migrating")
    cloud.move(move.uuid, status="migrating")
    yield
    cloud.domains[uuid, source] = "shut off"
    yield
    cloud.move(move.uuid, status="post-migrating")
    cloud.write(uuid, host=dest, node=node_of(dest), task="resize_migrated")
    yield
    cloud.domains[uuid, dest] = "running"
    cloud.write(uuid, task="resize_finish", flavor=new)
    yield
    cloud.move(move.uuid, status="finished")
    yield
    cloud.write(uuid, status="VERIFY_RESIZE", vm_state="resized", task="")
    yield
    cloud.move(move.uuid, status="confirming")
    yield
    cloud.domains.pop((uuid, source))
    yield
    del cloud.moves[move.uuid]
    cloud.count(source, old, -1)
    yield
    cloud.write(uuid, status="ACTIVE", vm_state="active")
    yield
    cloud.held.pop((move.uuid, source))


TASKS = (delete, stop_and_start, reboot, live_migrate, resize)


def snapshot(views: dict[str, tuple[Any, ...]], moment: float) -> Snapshot:
    hosts = frozenset((H1, H2))
    return Snapshot(
        moment,
        {
            name: View(name, rows, asked=hosts if name == "domains" else None)
            for name, rows in views.items()
        },
    )
