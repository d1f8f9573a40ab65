"""Clouds with one leak each that nova's database shows, and what must be said of it."""

from dataclasses import replace
from typing import Any

from msgspec import structs

from harness.core.rules.origin import Origin
from tests.invariants.clouds import (
    H1,
    H2,
    LARGE,
    LONG_AGO,
    SMALL,
    Cloud,
    allocation,
    migration,
    node,
    server,
    service,
    uuid_of,
)
from tests.invariants.databases import stored_instance, stored_migration, stored_node
from tests.invariants.leak import Leak
from tests.invariants.odd_states import PINNED_RESIZE, SAME_HOST_RESIZE, SMALL_USE, VERIFY_RESIZE

GONE = stored_node(node("gone"))
RESIZED = stored_instance(VERIFY_RESIZE.servers[0], old_flavor=SMALL)


def storing(cloud: Cloud = Cloud(), **views: tuple[Any, ...]) -> Cloud:  # noqa: B008 - it does not change
    """Return a cloud whose database holds these rows beside, or instead of, what follows."""
    there = cloud.rows()
    merged = {
        name: tuple(({row.key: row for row in there[name]} | {r.key: r for r in more}).values())
        for name, more in views.items()
    }
    return replace(cloud, others={**cloud.others, **merged})


def _of_h1(**changes: Any) -> Cloud:
    return storing(nova_compute_nodes=(stored_node(node(H1), **changes),))


def _lost(rule: str, cloud: Cloud, subject: str, host: str, *words: str, **more: Any) -> Leak:
    return Leak(rule, cloud, subject, host, words, origin=Origin.CLOUD_LOST, **more)


def _resize(*held: Any, old: Any = SMALL, cloud: Cloud = VERIFY_RESIZE) -> Cloud:
    row = stored_instance(cloud.servers[0], old_flavor=old)
    changed = replace(cloud, allocations=held) if held else cloud
    return storing(changed, nova_instances=(row,))


DATABASE_LEAKS: dict[str, Leak] = {
    "a compute node without a service": _lost(
        "compute_node_is_hypervisor",
        storing(nova_compute_nodes=(GONE,)),
        GONE.uuid,
        "gone",
        "compute node gone.example.org",
        "is in nova_cell1; expected nova to list it",
    ),
    "a compute node without a service, another service of the host reports": _lost(
        "compute_node_is_hypervisor",
        storing(
            Cloud(services=(service(H1), service(H2), service("gone", binary="nova-conductor"))),
            nova_compute_nodes=(GONE,),
        ),
        GONE.uuid,
        "gone",
        "it does not",
    ),
    "a compute node that the API shows otherwise": _lost(
        "compute_node_is_hypervisor",
        _of_h1(vcpus_used=3, memory_mb_used=99),
        uuid_of(H1),
        H1,
        "vcpus_used 3 in the database, 0 in the list",
        "memory_mb_used 99 in the database",
    ),
    "audits are not saved": _lost(
        "compute_node_is_audited",
        _of_h1(updated=LONG_AGO),
        uuid_of(H1),
        H1,
        "was last written 2026-11-22T20:00:00Z, 86400 s ago",
        "within 600 s",
        heals_at_audit=True,
    ),
    "an instance that is no server": replace(
        _lost(
            "instance_is_server",
            storing(nova_instances=(stored_instance(server()),)),
            "server-1",
            H1,
            "instance 'name of server-1' (server-1) in nova_cell1 is active on compute1",
            "nova lists none",
        ),
        amounts={"vcpus": 1, "memory_mb": 512, "disk_gb": 1},
    ),
    "an instance that is hidden, on no host": replace(
        _lost(
            "instance_is_server",
            storing(
                nova_instances=(stored_instance(server(host="", vm_state="error"), hidden=True),)
            ),
            "server-1",
            "",
            "is error and hidden on no host",
        ),
        amounts={},
    ),
    "a move of no known status": _lost(
        "unfinished_move_is_listed",
        storing(nova_migrations=(stored_migration(migration(), status="stalled"),)),
        "migration-1",
        H1,
        "resize migration-1 of server server-1 from compute1 to compute2 is stalled",
    ),
    "a move without a status": _lost(
        "unfinished_move_is_listed",
        storing(nova_migrations=(stored_migration(migration(), status=""),)),
        "migration-1",
        H1,
        "is of no status",
    ),
    "a resize that holds more than its old flavor": replace(
        _lost(
            "resize_holds_old_flavor",
            _resize(
                allocation("server-1", H2, LARGE),
                allocation("migration-1", resources={"VCPU": 2, "MEMORY_MB": 512, "DISK_GB": 1}),
            ),
            "migration-1",
            H1,
            "expected placement to hold DISK_GB 1, MEMORY_MB 512, VCPU 1",
            "it holds DISK_GB 1, MEMORY_MB 512, VCPU 2",
        ),
        amounts={"vcpus": 1},
    ),
    "a resize that holds nothing": replace(
        _lost(
            "resize_holds_old_flavor",
            _resize(allocation("server-1", H2, LARGE)),
            "migration-1",
            H1,
            "it holds nothing",
        ),
        amounts={},
    ),
    "the tracker counts less than the old flavor that the database has": _lost(
        "tracker_equals_flavors",
        replace(_resize(old=LARGE), used={H1: SMALL_USE, H2: VERIFY_RESIZE.used[H2]}),  # type: ignore[index]
        H1,
        H1,
        "4 vCPUs expected, 1 seen (-3)",
        heals_at_audit=True,
    ),
}

QUIET_DATABASES: dict[str, Cloud] = {
    "a resize that the database knows the old flavor of": _resize(),
    "a resize on one host, with its old flavor": _resize(cloud=SAME_HOST_RESIZE),
    "a resize with a pinned old flavor": _resize(
        cloud=PINNED_RESIZE,
        old=replace(
            SMALL,
            extra_specs={"hw:cpu_policy": "dedicated", "hw:emulator_threads_policy": "isolate"},
        ),
    ),
    "an old flavor from another moment": storing(
        VERIFY_RESIZE,
        nova_instances=(structs.replace(RESIZED, old_flavor=LARGE, updated=LONG_AGO),),
    ),
    "a row that is old, its host is down": storing(
        Cloud(down=(H1,)), nova_compute_nodes=(stored_node(node(H1), updated=LONG_AGO),)
    ),
    "an old row, of a nova that writes what changed only": _of_h1(updated=LONG_AGO, stats={}),
    "a row that a few audits did not save": _of_h1(updated="2026-11-23T19:51:00"),
    "the other half of a move between cells": storing(
        Cloud(servers=(server(),)),
        nova_instances=(stored_instance(server(), database="nova_cell2", hidden=True),),
    ),
    "moves that ended": storing(
        nova_migrations=(stored_migration(migration(), status="confirmed"),)
    ),
    "a move that is hidden": storing(
        nova_migrations=(stored_migration(migration(), status="stalled", hidden=True),)
    ),
    "servers of a cell whose database is not read": Cloud(
        servers=(server(),), others={"nova_instances": (), "nova_compute_nodes": ()}
    ),
}
"""Databases without a leak, however odd what they hold looks."""

BUSY_DATABASES: dict[str, Cloud] = {
    "a resize is confirmed while its allocation goes": _resize(
        allocation("server-1", H2, LARGE),
        cloud=replace(
            VERIFY_RESIZE,
            servers=(structs.replace(VERIFY_RESIZE.servers[0], task="resize_reverting"),),
        ),
    ),
}
"""Something is changing: rules may doubt, and what they doubt passes."""

STRANGE = Cloud(
    others={
        "nova_compute_nodes": (GONE,),
        "nova_instances": (stored_instance(server("theirs")),),
        "nova_migrations": (stored_migration(migration("theirs"), status="stalled"),),
    }
)
"""The database is another cloud's."""
