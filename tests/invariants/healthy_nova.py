"""Healthy clouds that look as if nova had lost track of something."""

from dataclasses import replace
from typing import Any

from harness.accounting.flavor_usage import tracked
from harness.sources.providers import Inventory
from tests.invariants.clouds import (
    H1,
    H2,
    LONG_AGO,
    SMALL,
    Cloud,
    allocation,
    domain,
    migration,
    node,
    provider,
    server,
    service,
)

USE = tracked(SMALL, False)
DISK = {"DISK_GB": Inventory(1000, 0, 1.0)}
MIGRATING = {"status": "MIGRATING", "task": "migrating", "updated": LONG_AGO}
QUEUED = Cloud(
    servers=(
        server("server-1", **MIGRATING),
        server("server-2", **(MIGRATING | {"domain_name": "instance-0000001a"})),
    ),
    allocations=(allocation("server-1", H2), allocation("migration-1", H1), allocation("server-2")),
    domains=(domain(), domain(host=H2, state="paused"), domain("server-2")),
    migrations=(
        migration(kind="live-migration", status="running"),
        migration(
            "migration-2",
            server="server-2",
            kind="live-migration",
            status="queued",
            updated=LONG_AGO,
            dest_host="",
            dest_node="",
        ),
    ),
)
"""server-2 waits its turn behind server-1, for a day by now."""


def _providers(*more: Any) -> tuple[Any, ...]:
    return (provider(H1), provider(H2), *more)


def _state(status: str, vm_state: str, domain_state: str, **changes: Any) -> Cloud:
    rows = (server(status=status, vm_state=vm_state, **changes),)
    return Cloud(servers=rows, domains=(domain(state=domain_state),))


def _resized(domain_state: str) -> Cloud:
    return Cloud(
        servers=(server(host=H2, status="VERIFY_RESIZE", vm_state="resized"),),
        domains=(domain(host=H2, state=domain_state), domain(host=H1, state="shut off")),
        allocations=(allocation("server-1", H2), allocation("migration-1", H1)),
        migrations=(migration(kind="migration"),),
        used={H1: USE, H2: USE},
    )


NOVA_QUIET: dict[str, Cloud] = {
    "a service that is disabled and down": Cloud(
        services=(service(H1), service(H2, up=False, enabled=False))
    ),
    "a service that is forced down": Cloud(
        services=(service(H1), service(H2, up=False, forced_down=True))
    ),
    "a sharing provider": Cloud(
        providers=_providers(provider("x", uuid="pool", root="pool", name="pool", inventories=DISK))
    ),
    "bandwidth and accelerators beneath a compute node": Cloud(
        providers=_providers(
            provider(
                "x",
                uuid="nic",
                name=f"{H1}:agent",
                root=f"provider-of-{H1}",
                parent="agent",
                inventories={"NET_BW_EGR_KILOBIT_PER_SEC": Inventory(1000, 0, 1.0)},
            ),
            provider(
                "x",
                uuid="numa",
                name=f"{H1}_numa0",
                root=f"provider-of-{H1}",
                inventories={"VCPU": Inventory(8, 0, 4.0), "MEMORY_MB": Inventory(8, 0, 1.0)},
            ),
        )
    ),
    "a provider of another service's": Cloud(
        providers=_providers(
            provider(
                "x",
                uuid="ip",
                root="ip",
                name="routed-network",
                inventories={"IPV4_ADDRESS": Inventory(250, 2, 1.0)},
                computes=False,
            )
        )
    ),
    "a compute node by nova's trait": Cloud(
        providers=(provider(H1, computes=True), provider(H2, computes=True))
    ),
    "two cells with one domain name": Cloud(
        servers=(server("server-1", H1), server("server-2", H2)),
        domains=(domain("server-1", H1), domain("server-2", H2)),
    ),
    "running, though libvirt says blocked": _state("ACTIVE", "active", "blocked"),
    "stopped by a crash": _state("SHUTOFF", "stopped", "crashed"),
    "stopped before its resize": _resized("shut off"),
    "resized and running": _resized("running"),
    "in rescue": _state("RESCUE", "rescued", "running"),
    "a foreign move that failed": Cloud(
        servers=(server(),),
        migrations=(migration(kind="live-migration", status="error", updated=LONG_AGO),),
    ),
    "a move that failed, whose server is gone": Cloud(migrations=(migration(status="error"),)),
    "a move that failed before the one that waits": replace(
        _resized("running"),
        migrations=(
            migration("migration-0", status="error", updated=LONG_AGO),
            migration(kind="migration"),
        ),
    ),
}

NOVA_BUSY: dict[str, Cloud] = {
    "a live migration that waits its turn": QUEUED,
    "starting": Cloud(
        servers=(server(status="SHUTOFF", vm_state="stopped", task="powering-on"),),
        domains=(domain(state="running"),),
    ),
    "waits for its network": Cloud(
        servers=(server(task="rebooting_hard", status="HARD_REBOOT"),),
        domains=(domain(state="paused"),),
    ),
    "its guest is shutting down": _state("ACTIVE", "active", "shutting down"),
    "hard reboot, not defined yet": Cloud(
        servers=(server(task="rebooting_hard"),), domains=(domain(persistent=False),)
    ),
    "its row is about to go": Cloud(
        servers=(server(vm_state="deleted", status="DELETED", task="deleting"),),
        domains=(),
        allocations=(),
        used={},
    ),
    "its row is about to go, and has no task": Cloud(
        servers=(server(vm_state="deleted", status="DELETED", updated="2026-11-23T19:59:35Z"),),
        domains=(),
        used={},
    ),
    "came while the tracker was read": Cloud(servers=(server(),), nodes=(node(H1), node(H2))),
    "went while the tracker was read": Cloud(
        nodes=(node(H1, USE, servers={"server-1": "instance-0000001a"}), node(H2))
    ),
    "rebuilding, with a move that failed long ago": Cloud(
        servers=(server(status="REBUILD", task="rebuild_spawning"),),
        domains=(),
        migrations=(migration(status="error", updated=LONG_AGO),),
        used={H1: USE, H2: USE},
    ),
}
