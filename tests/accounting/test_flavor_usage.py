"""What a flavor takes: nova's tracker floors where placement ceils."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.accounting.flavor_usage import Usage, promised, tracked
from harness.sources.servers import Flavor

FLAVOR = Flavor(vcpus=4, ram=2048, disk=20, ephemeral=5, swap=1536)
sizes = st.integers(0, 4096)
flavors = st.builds(Flavor, st.integers(1, 64), sizes, sizes, sizes, sizes)


def _specs(**specs: str) -> Flavor:
    named = {name.replace("__", ":"): value for name, value in specs.items()}
    return replace(FLAVOR, extra_specs=named)


def test_the_tracker_floors_swap_and_placement_ceils_it() -> None:
    assert tracked(FLAVOR, False) == Usage(4, 2048, 20 + 5 + 1)
    assert promised(FLAVOR, False)[0] == {"VCPU": 4, "MEMORY_MB": 2048, "DISK_GB": 20 + 5 + 2}


def test_a_root_disk_that_is_a_volume_counts_nothing() -> None:
    assert tracked(FLAVOR, True).disk_gb == 6
    assert promised(FLAVOR, True)[0]["DISK_GB"] == 7


@given(flavors, st.booleans())
def test_both_agree_but_for_the_swap(flavor: Flavor, volume: bool) -> None:
    use, (held, *_) = tracked(flavor, volume), promised(flavor, volume)
    assert (use.vcpus, use.memory_mb) == (held["VCPU"], held.get("MEMORY_MB", 0))
    assert held.get("DISK_GB", 0) - use.disk_gb == (1 if flavor.swap % 1024 else 0)


@given(flavors, st.booleans())
def test_placement_keeps_no_zeros(flavor: Flavor, volume: bool) -> None:
    assert all(all(amounts.values()) for amounts in promised(flavor, volume))


@pytest.mark.parametrize(
    ("mask", "pinned"),
    [("0", 1), ("0-2", 3), ("0,2", 2), ("^0", 3), ("^0-1", 2), ("0-3,^2", 3), (" 1 , 2 ", 2)],
)
def test_a_mask_of_dedicated_cpus(mask: str, pinned: int) -> None:
    flavor = _specs(hw__cpu_policy="mixed", hw__cpu_dedicated_mask=mask)
    (held,) = promised(flavor, False)
    assert (held.get("VCPU", 0), held["PCPU"]) == (4 - pinned, pinned)


def test_emulator_threads_take_a_cpu_where_cpus_are_dedicated() -> None:
    isolate = {"hw__emulator_threads_policy": "isolate"}
    assert promised(_specs(hw__cpu_policy="dedicated", **isolate), False)[0]["PCPU"] == 5
    assert promised(_specs(hw__cpu_policy="shared", **isolate), False)[0]["VCPU"] == 4
    assert tracked(_specs(hw__cpu_policy="dedicated", **isolate), False).vcpus == 4


def test_resources_of_a_flavor_outrank_its_sizes() -> None:
    flavor = _specs(
        resources__MEMORY_MB="0", resources1__VCPU="1", resources_2__VCPU="2", resources__VGPU="1"
    )
    assert promised(flavor, False) == ({"VCPU": 3, "DISK_GB": 27},)


def test_a_shared_policy_is_shared_whatever_the_image_says() -> None:
    assert promised(_specs(hw__cpu_policy="shared"), False) == (
        {"VCPU": 4, "MEMORY_MB": 2048, "DISK_GB": 27},
    )
