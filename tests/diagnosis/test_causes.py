"""Each cause, from a cloud that has it and nothing else."""

from dataclasses import replace

import pytest
from msgspec import structs

from harness.core.apis.nova import Failure, Flavor
from harness.core.apis.standing import Standing
from harness.core.iterations.boots import Cause
from harness.core.iterations.history import TestResult, TestRun
from harness.diagnosis.boots import diagnose
from harness.diagnosis.standings import standing_of
from harness.sources.flavors import OfferedFlavor
from harness.sources.host_resources import GIB
from harness.sources.providers import Inventory, Provider
from harness.sources.server_groups import ServerGroup
from tests.diagnosis.scenes import AFTER, BEFORE, HUGE, cause_in, failed, gone, of_tests, told
from tests.invariants import hosts
from tests.invariants.clouds import (
    H1,
    H2,
    NOW,
    RESERVED_MB,
    RUN,
    SMALL,
    Cloud,
    allocation,
    node,
    provider,
    server,
    service,
    uuid_of,
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
    assert "without what is leaked it would have fitted" in boot.because
    assert "what is leaked held 40 vCPUs (allocation of lost-compute1 40)" in boot.because


def test_room_that_is_held_by_nobody_that_is_seen() -> None:
    """A consumer that no rule has found lost yet: it may be on its way."""
    held = tuple(allocation(f"who-{host}", host, HUGE) for host in (H1, H2))
    snapshot = Cloud(servers=(BOOT,), allocations=held).snapshot()
    (boot,) = diagnose(snapshot, RUN)
    assert boot.cause is Cause.UNKNOWN
    assert "what is unaccounted held 40 vCPUs" in boot.because
    assert "without what is unaccounted it would have fitted" in boot.because


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


SHUT = (
    service(H1, up=False, forced_down=True),
    service(H2, enabled=False, disabled_reason="kernel"),
)


def test_hosts_that_are_closed_now_may_have_been_open_then() -> None:
    boot = cause_in(Cloud(servers=(BOOT,), services=SHUT))
    assert boot.cause is Cause.UNKNOWN
    assert (
        "likely these were closed to it, but they were closed when it was looked, and whether they "
        "were before is not known: compute1: its nova-compute is forced down (600 s later); "
        "compute2: its nova-compute is disabled: kernel (600 s later)."
    ) in boot.because
    assert boot.because.count("forced down") == 1


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
    cloud = Cloud(servers=(BOOT, FULL[0]), services=rows)
    (boot,) = diagnose(cloud.snapshot(), RUN, (), since=NOW - 3600, reads=[_before(cloud)])
    assert boot.cause is Cause.LEFT
    assert "closed were: compute2" in boot.because
    unsure = cause_in(cloud)
    assert unsure.cause is Cause.UNKNOWN
    assert "of the others it would be said, tests do not clean up: compute1 had" in unsure.because


def _before(cloud: Cloud) -> Standing:
    """Return how the hosts stood 40 s before the boot: as they do at the look."""
    stood = standing_of(cloud.snapshot())
    assert stood
    return replace(stood, moment=NOW - 640)


def test_what_holds_at_any_time_goes_before_hosts_that_were_closed_later() -> None:
    flavor = Flavor(vcpus=65, ram=1024, disk=1, ephemeral=0, swap=0)
    assert cause_in(Cloud(servers=(failed(flavor),), services=SHUT)).cause is Cause.TOO_LARGE
    fast = replace(SMALL, extra_specs={"trait:CUSTOM_FAST": "required"})
    offered = OfferedFlavor("f", "f", True, fast.extra_specs, having={"CUSTOM_FAST": ()})
    cloud = Cloud(servers=(failed(fast),), services=SHUT, others={"flavors": (offered,)})
    boot = cause_in(cloud)
    assert boot.cause is Cause.NO_HOST
    assert "disabled" not in boot.because


RETRIES = (
    "Exceeded maximum number of retries. Exhausted all hosts available for retrying build failures "
    "for instance boot-1."
)


def _built(message: str = RETRIES, *tried: str) -> Failure:
    assert BOOT.failure
    return replace(BOOT.failure, message=message, tried=tried)


def test_a_build_that_was_tried_proves_that_hosts_were_open() -> None:
    boot = cause_in(Cloud(servers=(failed(SMALL, failure=_built(RETRIES, H2, H1)),), services=SHUT))
    assert boot.cause is Cause.OTHER
    assert "were tried, and the build failed on each: compute2, compute1" in boot.because
    assert "forced down" not in boot.because


def test_a_build_tells_its_last_error_where_nova_does() -> None:
    said = "Exceeded max scheduling attempts 3 for instance x. Last exception: no such machine type"
    boot = cause_in(Cloud(servers=(failed(SMALL, failure=_built(said)),)))
    assert boot.cause is Cause.OTHER
    assert "nova does not tell which. the last error: no such machine type." in boot.because


def test_a_build_that_failed_for_the_hosts_own_numbers() -> None:
    full = tuple(hosts.resources(host, disk_used=995 * GIB, disk_free=5 * GIB) for host in (H1, H2))
    flavor = Flavor(vcpus=1, ram=512, disk=20, ephemeral=0, swap=0)
    boot = failed(flavor, failure=_built(RETRIES, H1, H2))
    told = cause_in(Cloud(servers=(boot,), others={"host_resources": full}))
    assert told.cause is Cause.EATEN


def test_a_build_in_vain_whose_fault_nova_forgot_with_the_server() -> None:
    row = gone("boot-1", "", SMALL, failure=_built("", H1, H2))
    boot = cause_in(Cloud(others={"deleted_servers": (row,)}))
    assert boot.cause is Cause.OTHER
    assert "failed on each: compute1, compute2" in boot.because


def test_a_server_in_error_without_a_fault() -> None:
    boot = cause_in(Cloud(servers=(failed(failure=None, updated=AFTER),)))
    assert (boot.cause, boot.at) == (Cause.NO_FAULT, AFTER)
    assert "os-resetState" in boot.because
    old = failed(failure=None, updated="2026-11-23T18:00:00Z")
    assert told(Cloud(servers=(old, server("well", updated=AFTER))).snapshot()) == []


def _asks(**resources: int) -> Flavor:
    return replace(SMALL, extra_specs={f"resources:{n}": str(a) for n, a in resources.items()})


def test_a_resource_class_that_no_provider_has() -> None:
    boot = cause_in(Cloud(servers=(failed(_asks(CUSTOM_R5GPU=1)),), services=SHUT))
    assert boot.cause is Cause.TOO_LARGE
    assert boot.because == (
        "even empty, compute1 had CUSTOM_R5GPU 0 of 1; compute2 had CUSTOM_R5GPU 0 of 1."
    )
    assert boot.wanted == "1 vCPU, 512 MB of memory, 1 GB of disk, CUSTOM_R5GPU 1"


def _gpus(amount: int, *numbers: int, used: int = 0) -> Cloud:
    """Two cards on compute1, as children of its provider."""
    cards = tuple(
        Provider(
            f"card-{n}",
            f"card-{n}",
            uuid_of(H1),
            uuid_of(H1),
            1,
            {"VGPU": Inventory(number, 0, 1.0)},
            {"VGPU": used},
        )
        for n, number in enumerate(numbers)
    )
    hosts_too = (provider(H1), provider(H2))
    return Cloud(servers=(failed(_asks(VGPU=amount)),), providers=(*hosts_too, *cards))


def test_a_child_provider_counts_for_its_root() -> None:
    boot = cause_in(_gpus(2, 2, 1))
    assert boot.cause is Cause.UNKNOWN
    assert "placement had room on compute1. " in boot.because


def test_all_of_a_resource_comes_from_one_provider_unless_it_is_asked_for_in_groups() -> None:
    cloud = _gpus(3, 2, 2)
    assert cause_in(cloud).cause is Cause.TOO_LARGE
    groups = replace(SMALL, extra_specs={"resources1:VGPU": "2", "resources2:VGPU": "1"})
    apart = cause_in(replace(cloud, servers=(failed(groups),)))
    assert apart.cause is Cause.UNKNOWN
    assert "placement had room on compute1. " in apart.because


def test_a_resource_that_others_hold() -> None:
    boot = cause_in(_gpus(2, 2, used=1))
    assert boot.cause is Cause.UNKNOWN
    assert "compute1 had 1 of 2 VGPU free, 2 were asked for" in boot.because
    assert "what is unaccounted held 1 VGPU" in boot.because


def test_placement_itself_found_none_then_and_has_room_now() -> None:
    full = tuple(hosts.resources(host, disk_used=995 * GIB, disk_free=5 * GIB) for host in (H1, H2))
    boot = failed(replace(SMALL, disk=20), message="No valid host was found. ")
    told = cause_in(Cloud(servers=(boot,), others={"host_resources": full}))
    assert told.cause is Cause.UNKNOWN, "no filter and no host was asked"
    assert told.because.startswith(
        "placement itself found none then, as nova's fault tells; as of the look (600 s later) "
        "there is room on compute1, compute2. something was given back since (an allocation, a "
        "service, a trait), or it asked for more than is seen."
    )
    assert "placement had room" not in told.because
    shut = cause_in(Cloud(servers=(boot,), services=SHUT))
    assert "likely these were closed to it" in shut.because
    assert "given back" not in shut.because


def test_no_room_is_seen_and_yet_nova_says_that_placement_found_hosts() -> None:
    told = cause_in(Cloud(servers=(BOOT, *FULL)))
    assert "placement still found hosts: others took them first" in told.because
    plain = failed(message="No valid host was found.")
    assert "still found" not in cause_in(Cloud(servers=(plain, *FULL))).because


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
