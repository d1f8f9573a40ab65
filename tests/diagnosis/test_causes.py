"""Each cause, from a cloud that has it and nothing else."""

from dataclasses import replace

import pytest
from msgspec import structs

from harness.core.boots import Cause
from harness.core.history import TestResult, TestRun
from harness.core.nova import Flavor
from harness.diagnosis.boots import diagnose
from harness.sources.flavors import OfferedFlavor
from harness.sources.host_resources import GIB
from harness.sources.providers import Inventory
from harness.sources.server_groups import ServerGroup
from tests.diagnosis.scenes import AFTER, BEFORE, HUGE, cause_in, failed, gone, of_tests, told
from tests.invariants import hosts
from tests.invariants.clouds import (
    H1,
    H2,
    RESERVED_MB,
    RUN,
    SMALL,
    Cloud,
    allocation,
    node,
    provider,
    server,
    service,
)

BOOT = failed()
FULL = (of_tests("left-1", H1), of_tests("left-2", H2))


def test_tests_that_left_servers_are_the_cause() -> None:
    boot = cause_in(Cloud(servers=(BOOT, *FULL)))
    assert boot.cause is Cause.LEFT
    assert "24 of 64 vCPUs free, 40 were asked for" in boot.because
    assert "iteration 2" in boot.because


def test_allocations_of_nobody_are_the_cause() -> None:
    held = tuple(allocation(f"lost-{host}", host, HUGE) for host in (H1, H2))
    boot = cause_in(Cloud(servers=(BOOT,), allocations=held))
    assert boot.cause is Cause.LEAKED
    assert "allocation of lost-compute1 40" in boot.because


def test_room_that_is_held_by_nobody_that_is_seen() -> None:
    """A consumer that no rule has found lost yet: it may be on its way."""
    held = tuple(allocation(f"who-{host}", host, HUGE) for host in (H1, H2))
    snapshot = Cloud(servers=(BOOT,), allocations=held).snapshot()
    (boot,) = diagnose(snapshot, RUN)
    assert boot.cause is Cause.UNKNOWN
    assert "unaccounted held 40 vCPUs" in boot.because


def test_tests_at_work_are_the_cause_though_they_cleaned_up_since() -> None:
    cloud = Cloud(servers=(BOOT,), others={"deleted_servers": (gone("a", H1), gone("b", H2))})
    boot = cause_in(cloud)
    assert boot.cause is Cause.TOO_SMALL
    assert "running tests held 40 vCPUs" in boot.because


@pytest.mark.parametrize(
    "server_gone",
    [gone("a", H1, deleted=BEFORE), gone("a", H1, created=AFTER), gone("a", "")],
    ids=["died before", "born after", "on no host"],
)
def test_what_was_not_there_then_is_not_the_cause(server_gone: object) -> None:
    cloud = Cloud(servers=(BOOT,), others={"deleted_servers": (server_gone, gone("b", H2))})
    assert cause_in(cloud).cause is Cause.UNKNOWN


def test_servers_of_no_test_are_the_cause() -> None:
    others = tuple(server(f"web-{h}", h, flavor=HUGE, created=BEFORE) for h in (H1, H2))
    boot = cause_in(Cloud(servers=(BOOT, *others)))
    assert boot.cause is Cause.OTHERS


def test_what_came_later_did_not_take_the_room() -> None:
    later = tuple(structs.replace(item, created=AFTER) for item in FULL)
    assert cause_in(Cloud(servers=(BOOT, *later))).cause is Cause.UNKNOWN


def test_a_flavor_that_no_host_could_ever_give() -> None:
    flavor = Flavor(vcpus=65, ram=1024, disk=1, ephemeral=0, swap=0)
    boot = cause_in(Cloud(servers=(failed(flavor),)))
    assert boot.cause is Cause.TOO_LARGE
    assert "64 of 64 vCPUs free, 65 were asked for" in boot.because


def test_no_more_than_one_consumer_may_have() -> None:
    inventories = {
        name: structs.replace(item, most=8 if name == "VCPU" else None)
        for name, item in provider(H1).inventories.items()
    }
    rows = tuple(provider(host, inventories=inventories) for host in (H1, H2))
    boot = cause_in(Cloud(servers=(BOOT,), providers=rows))
    assert boot.cause is Cause.TOO_LARGE
    assert "8 at most for one" in boot.because


def test_hosts_that_are_closed_are_the_cause() -> None:
    rows = (
        service(H1, up=False, forced_down=True),
        service(H2, enabled=False, disabled_reason="kernel"),
    )
    boot = cause_in(Cloud(servers=(BOOT,), services=rows))
    assert boot.cause is Cause.NO_HOST
    assert "compute1: its nova-compute is forced down (600 s later)" in boot.because
    assert "compute2: its nova-compute is disabled: kernel (600 s later)" in boot.because


def test_a_trait_that_no_host_has() -> None:
    flavor = replace(HUGE, extra_specs={"trait:CUSTOM_FAST": "required"})
    offered = OfferedFlavor("f", "f", True, flavor.extra_specs, having={"CUSTOM_FAST": ()})
    boot = cause_in(Cloud(servers=(failed(flavor),), others={"flavors": (offered,)}))
    assert boot.cause is Cause.NO_HOST
    assert "lacks trait CUSTOM_FAST" in boot.because


def test_a_server_group_that_is_on_every_host() -> None:
    members = tuple(server(f"m-{host}", host, created=BEFORE) for host in (H1, H2))
    group = ServerGroup("g", "apart", "p", "anti-affinity", ("boot-1", "m-compute1", "m-compute2"))
    boot = cause_in(Cloud(servers=(failed(SMALL), *members), others={"server_groups": (group,)}))
    assert boot.cause is Cause.NO_HOST
    assert "compute2: server group 'apart' (anti-affinity) has a member there" in boot.because


def test_a_flavor_larger_than_the_memory_of_its_hosts_was_let_in_by_a_ratio() -> None:
    inventories = provider(H1).inventories | {"MEMORY_MB": Inventory(65536, RESERVED_MB, 4.0)}
    rows = tuple(provider(host, inventories=inventories) for host in (H1, H2))
    flavor = Flavor(vcpus=1, ram=70000, disk=1, ephemeral=0, swap=0)
    assert cause_in(Cloud(servers=(failed(flavor),), providers=rows)).cause is Cause.OVERCOMMIT


def test_a_closed_host_does_not_hide_who_filled_the_open_one() -> None:
    rows = (service(H1), service(H2, enabled=False))
    boot = cause_in(Cloud(servers=(BOOT, FULL[0]), services=rows))
    assert boot.cause is Cause.LEFT
    assert "closed were: compute2" in boot.because


def test_a_tracker_that_counts_for_nobody() -> None:
    nodes = tuple(node(host, vcpus_used=64) for host in (H1, H2))
    boot = cause_in(Cloud(servers=(failed(SMALL),), nodes=nodes))
    assert boot.cause is Cause.STALE
    assert "tracker of compute1 counts 64 vCPUs for nobody" in boot.because


def test_a_wrong_tracker_that_still_has_room_is_not_the_cause() -> None:
    nodes = tuple(node(host, vcpus_used=9) for host in (H1, H2))
    assert cause_in(Cloud(servers=(failed(SMALL),), nodes=nodes)).cause is Cause.UNKNOWN


def test_more_is_promised_than_there_is() -> None:
    """CPUs are shared in time; memory is not."""
    inventories = provider(H1).inventories | {"MEMORY_MB": Inventory(65536, RESERVED_MB, 4.0)}
    rows = tuple(provider(host, inventories=inventories) for host in (H1, H2))
    flavor = Flavor(vcpus=1, ram=40000, disk=1, ephemeral=0, swap=0)
    others = tuple(server(f"web-{h}", h, flavor=flavor, created=BEFORE) for h in (H1, H2))
    boot = cause_in(Cloud(servers=(failed(flavor), *others), providers=rows))
    assert boot.cause is Cause.OVERCOMMIT
    assert "compute1 itself has 25024 of 65536 MB of memory left" in boot.because


@pytest.mark.parametrize(
    ("guests", "cause"), [(0, Cause.EATEN), (980, Cause.OVERCOMMIT)], ids=["others", "guests"]
)
def test_a_disk_that_is_full(guests: int, cause: Cause) -> None:
    flavor = Flavor(vcpus=1, ram=512, disk=20, ephemeral=0, swap=0)
    full = tuple(hosts.resources(host, disk_used=995 * GIB, disk_free=5 * GIB) for host in (H1, H2))
    disks = tuple(
        hosts.disk("old/disk", host, allocated=guests * GIB) for host in (H1, H2) if guests
    )
    others = {"host_resources": full, "instance_disks": disks}
    boot = cause_in(Cloud(servers=(failed(flavor),), others=others))
    assert boot.cause is cause
    assert "really has 5120 of 1024000 MB of disk free, 20480 were asked for" in boot.because


def test_a_fault_that_speaks_of_something_else() -> None:
    assert cause_in(Cloud(servers=(failed(message="Image is not there"),))).cause is Cause.OTHER


def test_a_quota() -> None:
    message = "Quota exceeded for instances: Requested 1, but already used 10 of 10 instances"
    assert cause_in(Cloud(servers=(failed(message=message),))).cause is Cause.QUOTA


def test_a_boot_that_a_quota_refused_to_a_test() -> None:
    said = "Quota exceeded for cores: Requested 2, but already used 20 of 20 cores"
    results = (
        TestResult("m.C.test_boot", "failed", 1.0, f"Forbidden\nDetails: {{'message': '{said}'}}"),
        TestResult("m.C.test_quota", "passed", 1.0, said),
    )
    (boot,) = diagnose(Cloud().snapshot(), RUN, (), TestRun("finished", "", results))
    assert (boot.cause, boot.name, boot.wanted) == (Cause.QUOTA, "m.C.test_boot", "2 cores")


@pytest.mark.parametrize("view", ["providers", "allocations", "hypervisors", "services"])
def test_a_view_that_was_not_seen_leaves_it_unknown(view: str) -> None:
    boot = cause_in(Cloud(servers=(BOOT, *FULL), gaps={view: {"": "HTTP 503"}}))
    assert boot.cause is Cause.UNKNOWN
    assert "HTTP 503" in boot.because


def test_who_took_the_room_is_not_known_where_not_all_that_lived_then_is_seen() -> None:
    gaps = {"deleted_servers": {"": "HTTP 503"}}
    boot = cause_in(Cloud(servers=(BOOT, *FULL), gaps=gaps))
    assert boot.cause is Cause.UNKNOWN
    assert "HTTP 503" in boot.because
    assert "24 of 64 vCPUs free" in boot.because


def test_more_was_deleted_since_than_nova_was_asked_for() -> None:
    many = tuple(gone(f"g{n}", "", SMALL, created=AFTER, updated=AFTER) for n in range(200))
    boot = cause_in(Cloud(servers=(BOOT,), others={"deleted_servers": many}))
    assert boot.cause is Cause.UNKNOWN
    assert "newest 200" in boot.because


def test_a_boot_that_was_cleaned_up_is_told_too() -> None:
    cloud = Cloud(
        servers=FULL,
        others={
            "deleted_servers": (
                structs.replace(gone("boot-1", "", created=BOOT.created), failure=BOOT.failure),
            )
        },
    )
    boot = cause_in(cloud)
    assert (boot.server, boot.cause, boot.request) == ("boot-1", Cause.LEFT, "req-1")


def test_a_failure_of_before_is_none_of_this_iteration() -> None:
    old = failed()
    assert old.failure
    aged = structs.replace(old, failure=replace(old.failure, at="2026-11-23T18:00:00Z"))
    assert told(Cloud(servers=(aged,)).snapshot()) == []
