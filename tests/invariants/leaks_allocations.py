"""Clouds with one leak each of an allocation, and what must be said of it."""

from dataclasses import replace

from tests.invariants.clouds import (
    H1,
    H2,
    LONG_AGO,
    Cloud,
    allocation,
    domain,
    migration,
    provider,
    server,
)
from tests.invariants.leak import Leak
from tests.invariants.odd_states import EVACUATED_SEEN, NOWHERE, OFFLOADED, SMALL_USE

HALF = {"VCPU": 1, "MEMORY_MB": 256, "DISK_GB": 1}

ALLOCATION_LEAKS: dict[str, Leak] = {
    "7 8 orphan allocation": Leak(
        "allocation_has_consumer",
        Cloud(allocations=(allocation("gone", H2),)),
        "gone",
        H2,
        ("holds DISK_GB 1, MEMORY_MB 512, VCPU 1", "neither a server nor"),
        heals_at_audit=True,
    ),
    "8 on a host that nobody audits": Leak(
        "allocation_has_consumer",
        Cloud(allocations=(allocation("gone"),), down=(H1,)),
        "gone",
        H1,
        ("neither a server nor",),
    ),
    "9 allocation of a migration that failed": Leak(
        "allocation_has_consumer",
        Cloud(
            servers=(server(),),
            allocations=(allocation("server-1"), allocation("migration-1")),
            migrations=(migration(status="error"),),
        ),
        "migration-1",
        H1,
        ("the failed resize of server server-1",),
    ),
    "9 allocation of a migration whose server went": Leak(
        "allocation_has_consumer",
        Cloud(allocations=(allocation("migration-1"),), migrations=(migration(),)),
        "migration-1",
        H1,
        ("the finished resize of server server-1",),
    ),
    "9 24 allocation of a migration that nobody works on": Leak(
        "allocation_has_consumer",
        Cloud(
            servers=(server(),),
            allocations=(allocation("server-1"), allocation("migration-1")),
            migrations=(migration(kind="live-migration", status="running", updated=LONG_AGO),),
        ),
        "migration-1",
        H1,
        ("the running live-migration of server server-1",),
    ),
    "10 allocation on a source that is back": Leak(
        "allocation_equals_flavor",
        replace(
            EVACUATED_SEEN, migrations=(), down=(), domains=(domain(host=H2),), used={H2: SMALL_USE}
        ),
        "server-1",
        H1,
        ("is ACTIVE on compute2", "hold nothing for it on compute1"),
    ),
    "11 doubled allocation": Leak(
        "allocation_equals_flavor",
        Cloud(
            servers=(server(),), allocations=(allocation("server-1"), allocation("server-1", H2))
        ),
        "server-1",
        H2,
        ("hold nothing for it on compute2", "it holds DISK_GB 1, MEMORY_MB 512, VCPU 1"),
    ),
    "12 missing allocation": Leak(
        "server_has_allocation",
        Cloud(servers=(server(),), allocations=()),
        "server-1",
        H1,
        ("expected an allocation against compute1", "placement holds none"),
    ),
    "12 allocation on another host only": Leak(
        "server_has_allocation",
        Cloud(servers=(server(),), allocations=(allocation("server-1", H2),)),
        "server-1",
        H1,
        ("only against compute2",),
    ),
    "13 wrong amounts": Leak(
        "allocation_equals_flavor",
        Cloud(servers=(server(),), allocations=(allocation("server-1", resources=HALF),)),
        "server-1",
        H1,
        ("hold DISK_GB 1, MEMORY_MB 512, VCPU 1", "it holds DISK_GB 1, MEMORY_MB 256, VCPU 1"),
    ),
    "14 allocation of a failed build": Leak(
        "allocation_equals_flavor",
        Cloud(
            servers=(server(status="ERROR", vm_state="error", **NOWHERE),),
            allocations=(allocation("server-1"),),
        ),
        "server-1",
        H1,
        ("is ERROR on no host", "hold nothing for it on compute1"),
    ),
    "15 allocation of an offloaded server": Leak(
        "allocation_equals_flavor",
        Cloud(servers=(OFFLOADED,), allocations=(allocation("server-1"),)),
        "server-1",
        H1,
        ("is SHELVED_OFFLOADED on no host",),
    ),
    "17 allocation on a provider of no host": Leak(
        "allocation_has_consumer",
        Cloud(allocations=(allocation("gone", provider="p", provider_name="old-host"),)),
        "gone",
        "",
        ("old-host",),
    ),
    "placement adds up wrongly": Leak(
        "provider_usage_equals_allocations",
        Cloud(
            servers=(server(),),
            providers=(provider(H1, usages={"VCPU": 2}), provider(H2)),
        ),
        "provider-of-compute1",
        H1,
        ("DISK_GB: used 0, allocated 1", "VCPU: used 2, allocated 1"),
    ),
}
