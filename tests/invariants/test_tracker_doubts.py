"""Where the tracker's row cannot be judged, and where it still can."""

from dataclasses import replace

import pytest

from harness.accounting.flavor_usage import Usage
from harness.core.rules.invariant import Check
from harness.core.rules.verdict import Verdict
from harness.sources.providers import Inventory
from tests.invariants.clouds import (
    H1,
    H2,
    LARGE,
    Cloud,
    allocation,
    migration,
    provider,
    server,
)
from tests.invariants.odd_states import (
    EVACUATED_SEEN,
    LARGE_USE,
    RESIZED,
    SHARED_DISK,
    SMALL_USE,
    VERIFY_RESIZE,
)
from tests.invariants.test_healthy import check

KEPT = (provider(H1, disk_reserved=50), provider(H2, disk_reserved=0))


def _check(cloud: Cloud) -> Check:
    return check("tracker_equals_flavors", cloud)


@pytest.mark.parametrize("disk", [0, 13, 48])
def test_disk_that_may_be_kept_back_for_images(disk: int) -> None:
    said = _check(Cloud(used={H1: Usage(0, 0, disk)}, providers=KEPT))
    assert said.verdict is Verdict.UNKNOWN
    assert "reserve_disk_resource_for_image_cache" in said.doubts[0].message


@pytest.mark.parametrize("disk", [49, 50])
def test_disk_that_is_kept_back_for_the_host(disk: int) -> None:
    assert _check(Cloud(used={H1: Usage(0, 0, disk)}, providers=KEPT)).verdict is Verdict.PASS


def test_disk_is_no_excuse_for_memory() -> None:
    said = _check(Cloud(used={H1: Usage(0, 64, 13)}, providers=KEPT))
    assert said.verdict is Verdict.FAIL


def test_a_shared_disk_does_not_tell_what_is_kept_back() -> None:
    said = _check(replace(SHARED_DISK, used={H1: Usage(1, 512, 9)}))
    assert "sharing provider" in said.doubts[0].message
    assert _check(replace(SHARED_DISK, used={H1: Usage(1, 512, 0)})).verdict is Verdict.FAIL


def test_an_old_flavor_that_nothing_tells() -> None:
    said = _check(replace(VERIFY_RESIZE, allocations=(allocation("server-1", H2, LARGE),)))
    assert said.verdict is Verdict.UNKNOWN
    assert "its old flavor is unknown" in said.doubts[0].message
    assert not said.doubts[0].passing


def test_a_resized_server_whose_migration_failed() -> None:
    """Nova counts the old flavor, or nothing where the server remembers another move."""
    failed = replace(VERIFY_RESIZE, migrations=(migration(status="error"),))
    assert _check(failed).verdict is Verdict.PASS
    assert _check(replace(failed, used={H2: LARGE_USE})).verdict is Verdict.PASS
    assert _check(replace(failed, used={H1: LARGE_USE, H2: LARGE_USE})).verdict is Verdict.FAIL
    unknown = replace(failed, allocations=(allocation("server-1", H2, LARGE),))
    assert "the failed resize of server server-1 holds no allo" in _check(unknown).doubts[0].message
    newer = migration("migration-2", updated="2026-11-23T19:59:59Z")
    both = replace(
        VERIFY_RESIZE,
        migrations=(migration(status="error"), newer),
        allocations=(allocation("migration-2", H1),),
    )
    assert _check(both).verdict is Verdict.PASS


def test_what_is_in_flight_on_a_host_is_named_and_counted() -> None:
    busy = tuple(server(f"server-{n}", task="deleting") for n in range(5))
    (doubt,) = _check(Cloud(servers=busy, used={})).doubts
    assert doubt.passing
    assert "server server-0 is deleting" in doubt.message
    assert "and 2 more" in doubt.message


def test_what_is_in_flight_elsewhere_does_not_matter() -> None:
    cloud = Cloud(servers=(server(host=H2, task="deleting"),), used={H1: SMALL_USE})
    said = _check(cloud)
    assert [breach.host for breach in said.breaches] == [H1]
    assert [doubt.host for doubt in said.doubts] == [H2]


def test_swap_of_the_old_flavor_is_floored_or_not() -> None:
    held = {"VCPU": 1, "MEMORY_MB": 512, "DISK_GB": 2}
    for disk in (1, 2):
        cloud = replace(
            VERIFY_RESIZE,
            servers=(server(host=H2, flavor=LARGE, **RESIZED),),
            allocations=(allocation("migration-1", resources=held),),
            used={H1: Usage(1, 512, disk), H2: Usage(4, 4096, 10)},
        )
        assert _check(cloud).verdict is Verdict.PASS


def test_a_host_that_is_down_may_still_count_what_was_evacuated_and_deleted_since() -> None:
    gone = replace(EVACUATED_SEEN, servers=(), domains=(), allocations=(), used={H1: SMALL_USE})
    said = _check(gone)
    assert said.verdict is Verdict.UNKNOWN
    assert "1 evacuated and since deleted" in said.doubts[0].message
    assert _check(replace(gone, used={})).verdict is Verdict.PASS


def test_a_host_that_is_down_may_still_count_what_was_evacuated_and_resized_since() -> None:
    resized = replace(
        EVACUATED_SEEN,
        servers=(server(host=H2, flavor=LARGE),),
        allocations=(allocation("server-1", H2, LARGE),),
        used={H1: SMALL_USE, H2: LARGE_USE},
    )
    said = _check(resized)
    assert said.verdict is Verdict.UNKNOWN
    assert "1 evacuated and since resized" in said.doubts[0].message
    as_it_was = (*(resized.allocations or ()), allocation("server-1", H1, LARGE))
    assert _check(replace(resized, allocations=as_it_was)).verdict is Verdict.FAIL


@pytest.mark.parametrize(("left", "gone"), [((), "VCPU or PCPU"), (("PCPU",), "MEMORY_MB")])
def test_what_is_kept_back_is_not_known_without_inventory(left: tuple[str, ...], gone: str) -> None:
    bare = provider(H1, inventories={name: Inventory(8, 0, 1.0) for name in left})
    said = _check(Cloud(providers=(bare, provider(H2))))
    assert (said.breaches, [doubt.passing for doubt in said.doubts]) == ((), [False])
    assert f"no inventory of {gone}" in said.doubts[0].message
