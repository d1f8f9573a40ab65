"""Clouds whose state is odd and right, by name."""

from dataclasses import replace

from msgspec import structs

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

SMALL_USE, LARGE_USE = tracked(SMALL, False), tracked(LARGE, False)
SUM = Usage(5, 4608, 11)
RESIZED = {"status": "VERIFY_RESIZE", "vm_state": "resized"}
NOWHERE = {"host": "", "node": ""}


def in_state(status: str, vm_state: str, domain_state: str = "shut off") -> Cloud:
    return Cloud(
        servers=(server(status=status, vm_state=vm_state),), domains=(domain(state=domain_state),)
    )


def having(flavor: Flavor, **changes: object) -> Cloud:
    return Cloud(servers=(server(flavor=flavor, **changes),))


def pinned_to(specs: dict[str, str], held: dict[str, int]) -> Cloud:
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
    nodes=(
        node(H1),
        node(H2),
        _bare_metal(),
        structs.replace(_bare_metal(), uuid="bm2", node="bm2"),
    ),
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
