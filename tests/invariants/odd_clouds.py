"""Clouds of other kinds than most: bare metal that moves between services, clocks that are wrong,
guests whose disks are copied, providers that nova forgot."""

from dataclasses import replace
from datetime import UTC, datetime

from msgspec import structs

from harness.core.rules.origin import Origin
from harness.sources.services import Service
from tests.invariants.clouds import (
    H1,
    H2,
    NOW,
    RECENT,
    Cloud,
    allocation,
    domain,
    migration,
    provider,
    server,
    service,
)
from tests.invariants.leak import Leak
from tests.invariants.network_leaks import PORT
from tests.invariants.odd_states import EVACUATED, IRONIC
from tests.invariants.things import attachment, deleted, free, volume, with_volumes

HOUR = 3600.0


def _stamp(seconds: float) -> str:
    return datetime.fromtimestamp(NOW + seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _services(ahead: float) -> tuple[Service, ...]:
    return tuple(service(host, updated=_stamp(ahead)) for host in (H1, H2))


def _building(ahead: float, began: float) -> Cloud:
    """A cloud whose clock is ``ahead`` of the harness's, with a build that ``began`` by it."""
    row = server(status="BUILD", vm_state="building", task="spawning", updated=_stamp(began))
    return Cloud(servers=(row,), domains=(), services=_services(ahead))


def _working(ahead: float, changed: float) -> Cloud:
    row = free("deleting", updated=_stamp(changed))
    return replace(with_volumes(row), services=_services(ahead))


def _rehomed() -> Cloud:
    nodes = IRONIC.nodes or ()
    moved = tuple(
        structs.replace(row, host="ironic2") if row.kind == "ironic" else row for row in nodes
    )
    services = (*(IRONIC.services or ()), service("ironic2"))
    return replace(IRONIC, nodes=moved, services=services)


COPIED = Cloud(
    servers=(server(volumes=("volume-1",)),),
    domains=(domain(persistent=False),),
    others={
        "volumes": (volume(status="retyping", migration_status="migrating", updated=RECENT),),
        "volume_attachments": (attachment(),),
    },
)
METAL = {"CUSTOM_BAREMETAL": 1}
LEFT_METAL = replace(
    IRONIC,
    servers=(),
    providers=(
        *(row for row in IRONIC.providers or () if row.uuid != "bm-node"),
        provider("x", uuid="bm-node", name="bm-node", inventories={}, usages=METAL),
    ),
)
GPU = structs.replace(allocation("gone"), provider="gpu", resources={"VGPU": 1})
RETURNED = replace(EVACUATED, down=())

QUIET_ODD: dict[str, Cloud] = {
    "a bare metal node that another service took over": _rehomed(),
    "a volume that an admin keeps from use": with_volumes(free("maintenance")),
    "a port of something that is no server": Cloud(
        ports=(structs.replace(PORT, owner="", host=""),)
    ),
}

BUSY_ODD: dict[str, Cloud] = {
    "a build, where the harness's clock is an hour ahead": _building(-HOUR, -HOUR - 20),
    "a build, where the harness's clock is an hour late": _building(HOUR, HOUR - 20),
    "cinder at work, where the harness's clock is an hour ahead": _working(-HOUR, -HOUR - 20),
    "the disk of a guest is copied to another volume": COPIED,
}

ODD_LEAKS: dict[str, Leak] = {
    "21 a build that is stuck, where the harness's clock is an hour late": Leak(
        "task_state_ends", _building(HOUR, 0), "server-1", H1, ("for 3600 s",)
    ),
    "39 a volume that is stuck, where the harness's clock is an hour late": Leak(
        "volume_state_ends", _working(HOUR, 0), "volume-1", "", ("for 3600 s",)
    ),
    "33 a port that nova made for a server and never bound": Leak(
        "port_has_device",
        Cloud(
            ports=(structs.replace(PORT, owner="", device=deleted().uuid, host=""),),
            others={"deleted_servers": (deleted(),)},
        ),
        "port-1",
        "",
        ("as its device says, which nova has deleted",),
        origin=Origin.CLOUD_LOST,
    ),
    "39 a volume whose move died": Leak(
        "volume_state_ends",
        with_volumes(free("maintenance", migration_status="migrating")),
        "volume-1",
        "",
        ("has been maintenance",),
    ),
    "8 an allocation of bare metal": Leak(
        "allocation_has_consumer",
        LEFT_METAL,
        "metal",
        "ironic1",
        ("CUSTOM_BAREMETAL 1", "bm-node"),
        heals_at_audit=True,
        origin=Origin.CLOUD_LOST,
    ),
    "8 an allocation with a device is one": Leak(
        "allocation_has_consumer",
        Cloud(allocations=(allocation("gone"), GPU)),
        "gone",
        H1,
        ("VCPU 1", "VGPU 1"),
        heals_at_audit=True,
        amounts={"vcpus": 1, "memory_mb": 512, "disk_gb": 1},
    ),
    "10 an evacuated host came back and gave nothing back": Leak(
        "allocation_equals_flavor",
        RETURNED,
        "server-1",
        H1,
        ("nothing for it on compute1",),
        origin=Origin.CLOUD_LOST,
        amounts={"vcpus": 1, "memory_mb": 512, "disk_gb": 1},
    ),
    "11 a doubled allocation on a provider that nova forgot": Leak(
        "allocation_equals_flavor",
        Cloud(
            servers=(server(),),
            allocations=(
                allocation("server-1"),
                allocation("server-1", provider="old", provider_name="old-host"),
            ),
        ),
        "server-1",
        "",
        ("nothing for it on resource provider old-host", "VCPU 1"),
        amounts={"vcpus": 1, "memory_mb": 512, "disk_gb": 1},
    ),
    "11 a doubled allocation with a device is one": Leak(
        "allocation_equals_flavor",
        Cloud(
            servers=(server(host=H2),),
            allocations=(
                allocation("server-1", H2),
                allocation("server-1"),
                structs.replace(GPU, consumer="server-1"),
            ),
        ),
        "server-1",
        H1,
        ("nothing for it on compute1", "VCPU 1", "VGPU 1"),
        amounts={"vcpus": 1, "memory_mb": 512, "disk_gb": 1},
    ),
    "24 a forgotten move whose allocation has a provider of its own for the disk": Leak(
        "migration_ends",
        Cloud(
            migrations=(migration(),),
            allocations=(
                allocation("migration-1", resources={"VCPU": 1, "MEMORY_MB": 512}),
                allocation(
                    "migration-1", provider="p", provider_name="pool", resources={"DISK_GB": 1}
                ),
            ),
        ),
        "migration-1",
        H1,
        ("its server is gone",),
        amounts={"vcpus": 1, "memory_mb": 512, "disk_gb": 1},
    ),
    "11 a server that holds two bare metal nodes": Leak(
        "allocation_equals_flavor",
        replace(
            IRONIC,
            allocations=(
                *(IRONIC.allocations or ()),
                allocation("metal", provider="bm2", provider_name="bm2", resources=METAL),
            ),
        ),
        "metal",
        "ironic1",
        ("nothing for it on ironic1", "CUSTOM_BAREMETAL 1"),
    ),
    "50 a transient domain whose volumes rest": Leak(
        "domain_is_persistent",
        replace(
            COPIED,
            others={"volumes": (volume(),), "volume_attachments": (attachment(),)},
        ),
        "server-1",
        H1,
        ("transient",),
    ),
}
