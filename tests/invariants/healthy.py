"""Clouds without a leak, however odd they look."""

from dataclasses import replace

from harness.accounting.flavor_usage import Usage, promised, tracked
from harness.sources.hypervisors import ComputeNode
from harness.sources.ports import Port
from harness.sources.servers import Flavor, Server
from tests.invariants.clouds import (
    H1,
    H2,
    LARGE,
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
from tests.invariants.healthy_nova import NOVA_BUSY, NOVA_QUIET

SMALL_USE, LARGE_USE = tracked(SMALL, False), tracked(LARGE, False)
SUM = Usage(5, 4608, 11)
RESIZED = {"status": "VERIFY_RESIZE", "vm_state": "resized"}
NOWHERE = {"host": "", "node": ""}


def _state(status: str, vm_state: str, domain_state: str = "shut off") -> Cloud:
    return Cloud(
        servers=(server(status=status, vm_state=vm_state),), domains=(domain(state=domain_state),)
    )


def _with(flavor: Flavor, **changes: object) -> Cloud:
    return Cloud(servers=(server(flavor=flavor, **changes),))


def _pinned(specs: dict[str, str], held: dict[str, int]) -> Cloud:
    pinned = replace(LARGE, extra_specs=specs)
    return Cloud(
        servers=(server(flavor=pinned),),
        allocations=(allocation("server-1", resources=held | {"MEMORY_MB": 4096, "DISK_GB": 10}),),
    )


VERIFY_RESIZE = Cloud(
    servers=(server(host=H2, flavor=LARGE, **RESIZED),),
    domains=(domain(host=H2), domain(host=H1, state="shut off")),
    allocations=(allocation("server-1", H2, LARGE), allocation("migration-1", H1, SMALL)),
    migrations=(migration(),),
    used={H1: SMALL_USE, H2: LARGE_USE},
)
SWAP = Flavor(vcpus=1, ram=512, disk=1, ephemeral=2, swap=512)
EVACUATION = migration(kind="evacuation", status="done", updated=LONG_AGO)
EVACUATED = Cloud(
    servers=(server(host=H2),),
    domains=(domain(host=H2),),
    allocations=(allocation("server-1", H2), allocation("server-1", H1)),
    migrations=(EVACUATION,),
    used={H1: SMALL_USE, H2: SMALL_USE},
    down=(H1,),
)
EVACUATED_SEEN = replace(EVACUATED, domains=(domain(host=H2), domain(host=H1, state="shut off")))


BARE = replace(
    LARGE,
    extra_specs={
        "resources:VCPU": "0",
        "resources:MEMORY_MB": "0",
        "resources:DISK_GB": "0",
        "resources:CUSTOM_BAREMETAL": "1",
    },
)


LISTED = {"server-1": "instance-0000001a"}


def _bare_metal() -> ComputeNode:
    return node("ironic1", Usage(4, 4096, 10), kind="ironic", node="bm-node", uuid="bm-node")


IRONIC = Cloud(
    servers=(server("metal", "ironic1", node="bm-node", flavor=BARE),),
    domains=(),
    allocations=(
        allocation(
            "metal", provider="bm-node", provider_name="bm-node", resources={"CUSTOM_BAREMETAL": 1}
        ),
    ),
    nodes=(node(H1), node(H2), _bare_metal(), replace(_bare_metal(), uuid="bm2", node="bm2")),
    providers=(
        provider(H1),
        provider(H2),
        provider(
            "x", uuid="bm-node", name="bm-node", inventories={}, usages={"CUSTOM_BAREMETAL": 1}
        ),
        provider("x", uuid="bm2", name="bm2", inventories={}),
    ),
    services=(service(H1), service(H2), service("ironic1")),
)
SHARED_DISK = Cloud(
    servers=(server(),),
    allocations=(
        allocation("server-1", resources={"VCPU": 1, "MEMORY_MB": 512}),
        allocation("server-1", provider="pool", provider_name="pool", resources={"DISK_GB": 1}),
    ),
    providers=(
        provider(H1, None, usages={"VCPU": 1, "MEMORY_MB": 512}),
        provider(H2, None),
        provider("x", uuid="pool", name="pool", inventories={}, usages={"DISK_GB": 1}),
    ),
)
NESTED = Cloud(
    servers=(server(),),
    allocations=(
        allocation("server-1"),
        allocation("server-1", provider="gpu", resources={"VGPU": 1}),
        allocation("bandwidth", provider="nic", resources={"NET_BW_EGR_KILOBIT_PER_SEC": 9}),
    ),
    providers=(
        provider(H1, usages=promised(SMALL, False)[0]),
        provider(H2),
        provider("x", uuid="gpu", name="gpu", usages={"VGPU": 1}),
        provider("x", uuid="nic", name="nic", usages={"NET_BW_EGR_KILOBIT_PER_SEC": 9}),
    ),
)
SAME_HOST_RESIZE = replace(
    VERIFY_RESIZE,
    servers=(server(flavor=LARGE, **RESIZED),),
    domains=(domain(),),
    allocations=(allocation("server-1", H1, LARGE), allocation("migration-1", H1, SMALL)),
    migrations=(migration(dest=H1),),
    used={H1: SUM},
)
PINNED_RESIZE = replace(
    VERIFY_RESIZE,
    allocations=(
        allocation("server-1", H2, LARGE),
        allocation("migration-1", resources={"PCPU": 2, "MEMORY_MB": 512, "DISK_GB": 1}),
    ),
)
"""An old flavor with a CPU for isolated emulator threads: the tracker counts 1."""
SOFT_DELETED = Cloud(
    servers=(
        server(name="soak1a2b3ci2-T-server-1", vm_state="soft-delete", status="SOFT_DELETED"),
    ),
    domains=(domain(state="shut off"),),
    ports=(Port("port-1", "", "gone-project", "server-1", "compute:nova", H1),),
)
OFFLOADED: Server = server(status="SHELVED_OFFLOADED", vm_state="shelved_offloaded", **NOWHERE)

QUIET: dict[str, Cloud] = {
    **NOVA_QUIET,
    "empty": Cloud(),
    "active": Cloud(servers=(server(), server("server-2", H2, flavor=LARGE))),
    "stopped": _state("SHUTOFF", "stopped"),
    "paused": _state("PAUSED", "paused", "paused"),
    "suspended": _state("SUSPENDED", "suspended"),
    "rescued": _state("RESCUE", "rescued", "running"),
    "shelved": _state("SHELVED", "shelved"),
    "soft-deleted": SOFT_DELETED,
    "shelved and offloaded": Cloud(servers=(OFFLOADED,)),
    "verify resize on two hosts": VERIFY_RESIZE,
    "verify resize on one host": SAME_HOST_RESIZE,
    "verify resize of a pinned server": PINNED_RESIZE,
    "cold migration waits for a confirmation": replace(
        VERIFY_RESIZE,
        migrations=(migration(kind="migration", updated=LONG_AGO),),
        servers=(server(host=H2, updated=LONG_AGO, **RESIZED),),
        allocations=(allocation("server-1", H2), allocation("migration-1", H1)),
        used={H1: SMALL_USE, H2: SMALL_USE},
    ),
    "a failed migration long ago": Cloud(
        servers=(server(),), migrations=(migration(status="error", updated=LONG_AGO),)
    ),
    "evacuated, the source is down and not to be reached": replace(
        EVACUATED, domains=(domain(host=H2),)
    ),
    "evacuated, the source is down and keeps a copy": EVACUATED_SEEN,
    "evacuated, the source's row was audited once more": replace(
        EVACUATED_SEEN, used={H2: SMALL_USE}
    ),
    "evacuated from a host that was forced down": replace(
        EVACUATED_SEEN, down=(), services=(service(H1, forced_down=True), service(H2))
    ),
    "evacuated there and back": Cloud(
        servers=(server(host=H1),),
        allocations=(allocation("server-1", H1), allocation("server-1", H2)),
        migrations=(EVACUATION, replace(EVACUATION, uuid="m2", source_host=H2, dest_host=H1)),
        used={H1: SMALL_USE, H2: SMALL_USE},
        domains=(domain(host=H1),),
        down=(H2,),
    ),
    "bare metal": IRONIC,
    "fake driver": Cloud(
        servers=(server(),),
        domains=(),
        nodes=(node(H1, SMALL_USE, kind="fake", servers=LISTED), node(H2, kind="fake")),
    ),
    "boots from a volume": _with(LARGE, boots_from_volume=True),
    "swap that is no whole GB": _with(SWAP),
    "isolated emulator threads": _pinned(
        {"hw:cpu_policy": "dedicated", "hw:emulator_threads_policy": "isolate"}, {"PCPU": 5}
    ),
    "pinned": _pinned({"hw:cpu_policy": "dedicated"}, {"PCPU": 4}),
    "pinned, on a host that reports no PCPU yet": _pinned(
        {"hw:cpu_policy": "dedicated"}, {"VCPU": 4}
    ),
    "pinned by its image": _pinned({}, {"PCPU": 4}),
    "mixed": _pinned(
        {"hw:cpu_policy": "mixed", "hw:cpu_dedicated_mask": "0-1"}, {"VCPU": 2, "PCPU": 2}
    ),
    "mixed, all but one": _pinned(
        {"hw:cpu_policy": "mixed", "hw:cpu_dedicated_mask": "^0"}, {"VCPU": 1, "PCPU": 3}
    ),
    "mixed by its image": _pinned({"hw:cpu_dedicated_mask": "3"}, {"VCPU": 3, "PCPU": 1}),
    "mixed by its image's realtime mask": _pinned(
        {"hw:cpu_policy": "mixed", "hw:cpu_realtime": "yes"}, {"VCPU": 1, "PCPU": 3}
    ),
    "resources of its own": Cloud(
        servers=(
            server(
                flavor=replace(SMALL, extra_specs={"resources:VCPU": "0", "resources1:VGPU": "1"})
            ),
        ),
        allocations=(allocation("server-1", resources={"MEMORY_MB": 512, "DISK_GB": 1}),),
    ),
    "shared disk": SHARED_DISK,
    "nested providers": NESTED,
    "the host is one of its node's names": Cloud(
        servers=(server(node=H1),),
        allocations=(allocation("server-1", provider_name=H1),),
        nodes=(node(H1, SMALL_USE, node=H1, servers=LISTED), node(H2)),
        providers=(provider(H1, name=H1, usages=promised(SMALL, False)[0]), provider(H2)),
    ),
    "disk kept back": Cloud(
        servers=(server(),),
        used={H1: Usage(1, 512, 6)},
        providers=(
            provider(H1, disk_reserved=5, usages=promised(SMALL, False)[0]),
            provider(H2, disk_reserved=0),
        ),
    ),
    "a host that is gone from nova's list, its server too": Cloud(
        nodes=(node(H1),), providers=(provider(H1),), services=(service(H1),)
    ),
}
"""Nothing is wrong and nothing is changing: no rule says anything."""


TROUBLED: dict[str, tuple[Cloud, str]] = {
    "error on a host": (_state("ERROR", "error"), "no_server_in_error"),
    "error on a host, its domain is gone": (
        Cloud(servers=(server(status="ERROR", vm_state="error"),), domains=()),
        "no_server_in_error",
    ),
    "error on no host": (
        Cloud(servers=(server(status="ERROR", vm_state="error", **NOWHERE),)),
        "no_server_in_error",
    ),
}
"""One rule is broken, and the others say nothing."""

MOVING = {"status": "MIGRATING", "task": "migrating"}
BUSY: dict[str, Cloud] = {
    **NOVA_BUSY,
    "build, not scheduled": Cloud(
        servers=(server(status="BUILD", vm_state="building", **NOWHERE),)
    ),
    "build, scheduled": Cloud(
        servers=(server(status="BUILD", vm_state="building", **NOWHERE),),
        allocations=(allocation("server-1"),),
    ),
    "build, spawning": Cloud(
        servers=(server(status="BUILD", vm_state="building", task="spawning"),), domains=()
    ),
    "build, the domain is there before the host": Cloud(
        servers=(server(status="BUILD", vm_state="building", **NOWHERE),), domains=(domain(),)
    ),
    "deleting, the domain is gone": Cloud(servers=(server(task="deleting"),), domains=()),
    "deleting, all but the row is gone": Cloud(
        servers=(server(task="deleting"),), domains=(), allocations=(), used={}
    ),
    "unshelving": Cloud(
        servers=(server(status="SHELVED_OFFLOADED", vm_state="shelved_offloaded", task="spawning"),)
    ),
    "live migration": Cloud(
        servers=(server(**MOVING),),
        domains=(domain(), domain(host=H2, state="paused")),
        allocations=(allocation("migration-1", H1), allocation("server-1", H2)),
        migrations=(migration(kind="live-migration", status="running"),),
        used={H1: SMALL_USE, H2: SMALL_USE},
    ),
    "live migration, just landed": Cloud(
        servers=(server(host=H2),),
        allocations=(allocation("migration-1", H1), allocation("server-1", H2)),
        migrations=(migration(kind="live-migration", status="running"),),
        used={H2: SMALL_USE},
    ),
    "live migration, long but reporting": Cloud(
        servers=(server(updated=LONG_AGO, **MOVING),),
        domains=(domain(), domain(host=H2, state="paused")),
        allocations=(allocation("migration-1", H1), allocation("server-1", H2)),
        migrations=(migration(kind="live-migration", status="running"),),
    ),
    "resize, allocation with the migration": Cloud(
        servers=(server(status="RESIZE", task="resize_prep"),),
        allocations=(allocation("migration-1", H1),),
        migrations=(migration(status="pre-migrating"),),
    ),
    "resize, confirming": replace(
        VERIFY_RESIZE, migrations=(migration(status="confirming"),), used={H2: LARGE_USE}
    ),
    "resize, reverting": replace(
        VERIFY_RESIZE,
        servers=(server(host=H2, flavor=LARGE, task="resize_reverting", **RESIZED),),
        migrations=(migration(status="reverting"),),
    ),
    "evacuating": Cloud(
        servers=(server(task="rebuild_spawning", status="REBUILD"),),
        domains=(),
        allocations=(allocation("server-1", H1), allocation("server-1", H2)),
        migrations=(migration(kind="evacuation", status="pre-migrating"),),
        down=(H1,),
    ),
    "hard reboot": Cloud(
        servers=(server(status="HARD_REBOOT", task="rebooting_hard"),), domains=()
    ),
}
"""Something is changing: rules may doubt, and what they doubt passes."""
