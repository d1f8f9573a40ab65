"""Clouds without a leak, however odd they look."""

from dataclasses import replace

from msgspec import structs

from harness.accounting.flavor_usage import Usage, promised
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
from tests.invariants.odd_states import (
    EVACUATED,
    EVACUATED_SEEN,
    EVACUATION,
    IRONIC,
    LARGE_USE,
    LISTED,
    NESTED,
    NOWHERE,
    OFFLOADED,
    PINNED_RESIZE,
    RESIZED,
    SAME_HOST_RESIZE,
    SHARED_DISK,
    SMALL_USE,
    SOFT_DELETED,
    SWAP,
    VERIFY_RESIZE,
    having,
    in_state,
    pinned_to,
)

QUIET: dict[str, Cloud] = {
    **NOVA_QUIET,
    "empty": Cloud(),
    "active": Cloud(servers=(server(), server("server-2", H2, flavor=LARGE))),
    "stopped": in_state("SHUTOFF", "stopped"),
    "paused": in_state("PAUSED", "paused", "paused"),
    "suspended": in_state("SUSPENDED", "suspended"),
    "rescued": in_state("RESCUE", "rescued", "running"),
    "shelved": in_state("SHELVED", "shelved"),
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
        migrations=(
            EVACUATION,
            structs.replace(EVACUATION, uuid="m2", source_host=H2, dest_host=H1),
        ),
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
    "boots from a volume": having(LARGE, boots_from_volume=True),
    "swap that is no whole GB": having(SWAP),
    "isolated emulator threads": pinned_to(
        {"hw:cpu_policy": "dedicated", "hw:emulator_threads_policy": "isolate"}, {"PCPU": 5}
    ),
    "pinned": pinned_to({"hw:cpu_policy": "dedicated"}, {"PCPU": 4}),
    "pinned, on a host that reports no PCPU yet": pinned_to(
        {"hw:cpu_policy": "dedicated"}, {"VCPU": 4}
    ),
    "pinned by its image": pinned_to({}, {"PCPU": 4}),
    "mixed": pinned_to(
        {"hw:cpu_policy": "mixed", "hw:cpu_dedicated_mask": "0-1"}, {"VCPU": 2, "PCPU": 2}
    ),
    "mixed, all but one": pinned_to(
        {"hw:cpu_policy": "mixed", "hw:cpu_dedicated_mask": "^0"}, {"VCPU": 1, "PCPU": 3}
    ),
    "mixed by its image": pinned_to({"hw:cpu_dedicated_mask": "3"}, {"VCPU": 3, "PCPU": 1}),
    "mixed by its image's realtime mask": pinned_to(
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
    "error on a host": (in_state("ERROR", "error"), "no_server_in_error"),
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
