"""What moves that are not over make the tracker count, as nova's own code does."""

import pytest

from harness.accounting.flavor_usage import Usage, tracked
from harness.accounting.unfinished_moves import holdings
from harness.sources.migrations import Migration
from harness.sources.servers import Server
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
)

SMALL_USE, LARGE_USE = tracked(SMALL, False), tracked(LARGE, False)
RESIZED = server(host=H2, flavor=LARGE, vm_state="resized")
MIGRATING = server(task="migrating")
PREPARING = server(task="resize_migrating")
LIVE = migration(kind="live-migration", status="running")
OLD, NEW = allocation("migration-1", H1, SMALL), allocation("server-1", H2, LARGE)


def _held(host: str, row: Server, *moves: Migration) -> list[tuple[Usage, ...]]:
    cloud = Cloud(servers=(row,), migrations=moves, allocations=(OLD, NEW))
    return [holding.usages for holding in holdings(node(host), cloud.snapshot())]


@pytest.mark.parametrize(
    ("host", "row", "move", "usage"),
    [
        (H1, RESIZED, migration(), SMALL_USE),
        (H1, MIGRATING, LIVE, None),
        (H2, MIGRATING, LIVE, SMALL_USE),
        (H1, PREPARING, migration(status="migrating"), None),
        (H2, PREPARING, migration(status="migrating"), LARGE_USE),
        (H2, server(), LIVE, None),
        (H2, server(task="rebooting"), migration(status="error"), None),
        (H1, RESIZED, migration(kind="evacuation", status="done"), None),
        (H1, server(vm_state="error"), migration(status="error"), None),
    ],
)
def test_what_one_move_adds(host: str, row: Server, move: Migration, usage: Usage | None) -> None:
    held = _held(host, row, move)
    assert not held if usage is None else usage in held[0]


def test_a_rebuild_revives_a_move_that_failed_long_ago() -> None:
    """Its destination counts the server while the rebuild lasts."""
    failed = migration(status="error", updated=LONG_AGO)
    (usages,) = _held(H2, server(task="rebuild_spawning"), failed)
    assert usages[0] == Usage()
    assert LARGE_USE in usages


def test_only_the_newest_move_of_a_node_counts() -> None:
    older = migration("migration-0", updated=LONG_AGO, status="error")
    assert len(_held(H1, RESIZED, older, migration())) == 1
    assert SMALL_USE in _held(H1, RESIZED, older, migration())[0]


def test_a_resize_on_one_host() -> None:
    cloud = Cloud(
        servers=(server(flavor=LARGE, vm_state="resized"),),
        migrations=(migration(dest=H1),),
        allocations=(OLD, allocation("server-1", H1, LARGE)),
    )
    (holding,) = holdings(node(H1), cloud.snapshot())
    assert SMALL_USE in holding.usages
