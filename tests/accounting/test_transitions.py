"""What is changing just now, and what only looks so."""

from dataclasses import replace

import pytest

from harness.accounting.cloud_clock import seconds_since
from harness.accounting.transitions import down_hosts, in_flight, under_way
from harness.sources.migrations import Migration
from harness.sources.servers import Server
from tests.invariants.clouds import (
    H1,
    H2,
    LONG_AGO,
    NOW,
    RUN,
    Cloud,
    migration,
    server,
    service,
)


@pytest.mark.parametrize(
    ("stamp", "age"),
    [
        ("2026-11-23T19:59:00Z", 60.0),
        ("2026-11-23T19:59:00.500000", 59.5),
        ("2026-11-23T21:00:00+01:00", 0.0),
        ("2026-11-23T20:01:00Z", -60.0),
        ("", None),
        ("yesterday", None),
    ],
)
def test_the_age_of_a_time_of_novas(stamp: str, age: float | None) -> None:
    assert seconds_since(stamp, NOW) == age


@pytest.mark.parametrize(
    ("row", "doing"),
    [
        (server(), None),
        (server(task="deleting"), "deleting"),
        (server(vm_state="building", status="BUILD"), "building"),
        (server(task="deleting", updated=LONG_AGO), None),
        (server(task="deleting", updated=""), "deleting"),
        (server(task="deleting", host=H2), None),
        (server(task="spawning", host=""), "spawning"),
    ],
)
def test_a_server_in_flight(row: Server, doing: str | None) -> None:
    cloud = Cloud(servers=(row,), down=(H2,))
    assert in_flight(cloud.snapshot(), RUN).get("server-1") == doing


@pytest.mark.parametrize(
    ("row", "moves"),
    [
        (migration(status="migrating"), True),
        (migration(status="migrating", updated=LONG_AGO), False),
        (migration(status="migrating", source=H2, dest=H2), False),
        (migration(status="migrating", source=H2, dest=H1), True),
        (migration(status="accepted", source=H2, dest=""), True),
        (migration(status="finished"), False),
        (migration(status="error"), False),
        (migration(status="done"), False),
    ],
)
def test_a_migration_in_flight(row: Migration, moves: bool) -> None:
    cloud = Cloud(servers=(server(),), migrations=(row,), down=(H2,))
    assert ("server-1" in in_flight(cloud.snapshot(), RUN)) == moves


def test_a_finished_migration_is_under_way_while_its_server_waits() -> None:
    resized = Cloud(servers=(server(vm_state="resized"),), migrations=(migration(),))
    assert under_way(resized.snapshot(), RUN)
    for other in (Cloud(servers=(server(),)), Cloud()):
        assert not under_way(replace(other, migrations=(migration(),)).snapshot(), RUN)


def test_a_host_is_down_where_its_compute_service_is() -> None:
    services = (
        service("a", up=False),
        service("b", forced_down=True),
        service("c"),
        service("d", up=False, binary="nova-conductor"),
        service("e", enabled=False),
    )
    assert down_hosts(Cloud(services=services).snapshot()) == {"a", "b"}
