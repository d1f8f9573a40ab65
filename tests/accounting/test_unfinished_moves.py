"""What moves hold of a host beside its servers; tests/nova holds the same against nova."""

from dataclasses import replace

import pytest
from msgspec import structs

from harness.accounting.flavor_usage import Usage
from harness.accounting.unfinished_moves import Holding, holdings
from harness.sources.migrations import Migration
from harness.sources.servers import Flavor, Server
from tests.invariants.clouds import (
    H1,
    H2,
    LARGE,
    LONG_AGO,
    RECENT,
    SMALL,
    Cloud,
    allocation,
    migration,
    node,
    server,
)

ONE, FOUR, NONE = Usage(1, 512, 1), Usage(4, 4096, 10), Usage()
OLD, NEW = (ONE, Usage(1, 512, 0)), (FOUR, Usage(4, 4096, 9))
"""The answers that an allocation leaves: its swap may have been ceiled."""
WAITING = server(host=H2, vm_state="resized", flavor=LARGE)
OVERRIDING = replace(LARGE, extra_specs={"resources:MEMORY_MB": "1"})
ALLOCATIONS = (allocation("migration-1", H1, SMALL), allocation("server-1", H2, LARGE))


def _held(host: str, row: Server, *moves: Migration, **rows: object) -> list[Holding]:
    cloud = Cloud(servers=(row,), migrations=moves, **{"allocations": ALLOCATIONS, **rows})  # type: ignore[arg-type]
    return list(holdings(node(host), cloud.snapshot()))


def _usages(host: str, row: Server, *moves: Migration) -> list[tuple[Usage, ...]]:
    return [item.usages for item in _held(host, row, *moves)]


@pytest.mark.parametrize(
    ("row", "move", "at_h1", "at_h2"),
    [
        (WAITING, migration(), [OLD], []),
        (structs.replace(WAITING, flavor=SMALL), migration(kind="migration"), [(ONE,)], []),
        (
            server(task="migrating"),
            migration(kind="live-migration", status="running"),
            [],
            [(ONE,)],
        ),
        (server(task="migrating", vm_state="error"), migration(status="running"), [], []),
        (server(), migration(status="error"), [], []),
        (server(task="rebooting"), migration(status="error"), [], []),
        (server(), migration(kind="live-migration", status="running"), [], []),
        (server(task="resize_migrating"), migration(status="migrating"), [], [NEW]),
        (server(host=H2, task="resize_migrated"), migration(status="post-migrating"), [OLD], []),
        (server(task="rebuilding"), migration(kind="migration", status="error"), [], [(ONE, NONE)]),
        (server(task="rebuilding"), migration(status="error"), [], [()]),
        (server(task="rebuilding"), migration(kind="evacuation", status="done"), [], []),
    ],
)
def test_what_a_move_holds(
    row: Server, move: Migration, at_h1: list[tuple[Usage, ...]], at_h2: list[tuple[Usage, ...]]
) -> None:
    assert (_usages(H1, row, move), _usages(H2, row, move)) == (at_h1, at_h2)


def test_only_the_last_move_of_a_server_that_waits_counts() -> None:
    """An earlier try that failed on the way to H2 is none that nova counts."""
    earlier = migration("migration-0", H1, H2, status="error", updated=LONG_AGO)
    later = migration("migration-1", H1, "compute3", updated=RECENT)
    row = structs.replace(WAITING, host="compute3", node="compute3.example.org")
    assert _usages(H2, row, earlier, later) == []
    assert _usages(H1, row, earlier, later) == [OLD]


def test_a_resize_on_one_host_holds_the_other_flavor_too() -> None:
    row, move = structs.replace(WAITING, host=H1, node=node(H1).node), migration(dest=H1)
    both = (allocation("migration-1", H1, SMALL), allocation("server-1", H1, LARGE))
    assert [item.usages for item in _held(H1, row, move, allocations=both)] == [OLD]
    stuck = structs.replace(row, vm_state="active", task="resize_finish", flavor=SMALL)
    (held,) = _held(H1, stuck, structs.replace(move, status="migrating"), allocations=both)
    assert set(held.usages) == {*OLD, *NEW}


def test_disk_that_a_sharing_provider_holds_for_a_move_counts() -> None:
    split = (
        allocation("migration-1", H1, resources={"VCPU": 1, "MEMORY_MB": 512}),
        allocation(
            "migration-1", H1, provider="nfs", provider_name="nfs", resources={"DISK_GB": 1}
        ),
    )
    (held,) = _held(H1, WAITING, migration(), allocations=split)
    assert ONE in held.usages


@pytest.mark.parametrize(
    ("flavor", "held", "unclear"),
    [
        (LARGE, {"VCPU": 1, "MEMORY_MB": 512}, False),
        (OVERRIDING, {"VCPU": 1, "MEMORY_MB": 512}, True),
        (LARGE, {"VCPU": 1, "CUSTOM_GOLD": 1}, True),
        (LARGE, {"MEMORY_MB": 512}, True),
    ],
)
def test_what_placement_holds_may_not_be_the_sizes(
    flavor: Flavor, held: dict[str, int], unclear: bool
) -> None:
    row = structs.replace(WAITING, flavor=flavor)
    rows = (allocation("migration-1", H1, resources=held),)
    (item,) = _held(H1, row, migration(), allocations=rows)
    assert bool(item.unclear) is unclear
