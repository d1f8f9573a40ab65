"""Each release's lines are read, and nothing that only looks like one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.logs.audit_lines import Said, read

RT = "2026-11-26 09:49:39.063 4281 DEBUG nova.compute.resource_tracker [None req-1 - - -] "
FINAL = (
    "Final resource view: name=compute1 phys_ram=15705MB used_ram=512MB phys_disk=251GB "
    "used_disk=3GB total_vcpus=2 used_vcpus=5 pci_stats=[] stats={'failed_builds': '0'}"
)
LINES = {
    "Hypervisor: free ram (MB): 23353 ": ("hypervisor", {"memory_mb": 23353.0}),
    "Hypervisor: free disk (GB): 4271": ("hypervisor", {"disk_gb": 4271.0}),
    "Hypervisor: free VCPUs: -43 ": ("hypervisor", {"vcpus": -43.0}),
    "Free ram (MB): -46683": ("tracker", {"memory_mb": -46683.0}),
    "Free disk (GB): -7332": ("tracker", {"disk_gb": -7332.0}),
    "Free VCPUS: -90": ("tracker", {"vcpus": -90.0}),
    "Total usable vcpus: 8, total allocated vcpus: 11": ("tracker", {"vcpus": -3.0}),
    "Total physical ram (MB): 4096, total allocated virtual ram (MB): 512": (
        "tracker",
        {"memory_mb": 3584.0},
    ),
    "Hypervisor/Node resource view: name=n free_ram=10MB free_disk=2.5GB free_vcpus=1 pci=[]": (
        "hypervisor",
        {"memory_mb": 10.0, "disk_gb": 2.5, "vcpus": 1.0},
    ),
    "Hypervisor/Node resource view: name=n free_ram=10MB free_disk=2GB free_vcpus=unknown x": (
        "hypervisor",
        {"memory_mb": 10.0, "disk_gb": 2.0},
    ),
    FINAL: ("tracker", {"vcpus": -3.0, "memory_mb": 15193.0, "disk_gb": 248.0}),
}


@pytest.mark.parametrize("text", LINES)
def test_a_line_is_read(text: str) -> None:
    said = read(RT + text)
    assert said
    assert (said.view, said.free) == LINES[text]
    assert said.time == "2026-11-26 09:49:39"


def test_the_ends_of_an_audit() -> None:
    new = RT + "Compute_service record updated for compute1:node1 _update"
    assert read(new) == Said(host="node1", ended=True, time="2026-11-26 09:49:39")
    old = "nova.compute.resource_tracker [-] Compute_service record updated for trystack-compute3"
    assert read(old) == Said(host="trystack-compute3", ended=True)
    begun = read(RT + "Auditing locally available compute resources for compute1 (node: n) x")
    assert begun and (begun.begun, begun.host) == (True, "n")


@pytest.mark.parametrize("cut", [30, 60, 90, 120])
def test_a_damaged_report_is_told(cut: int) -> None:
    with pytest.raises(ValueError, match="cut or damaged"):
        read(RT + FINAL[:cut])


@given(st.text())
def test_other_text_says_nothing(text: str) -> None:
    try:
        said = read(f"{RT}{text}")
    except ValueError:
        assert "resource view:" in text
    else:
        assert said is None or "view" in text or "ree " in text or "ud" in text
