"""What one server takes from a host, in the tracker's numbers and in placement's."""

import re
from collections.abc import Mapping
from functools import lru_cache

from msgspec import Struct

from harness.sources.servers import Flavor

_OVERRIDE = re.compile(r"resources([a-zA-Z0-9_-]{1,64})?:(?P<resource_class>[A-Z0-9_]+)")
_NUMBERED = re.compile(r"resources([1-9][0-9]*)?:")
COMPARED = ("VCPU", "PCPU", "MEMORY_MB", "DISK_GB")
"""The resource classes that follow from a flavor alone."""


class Usage(Struct, frozen=True, gc=False):
    """An amount of a host: vCPUs, memory in MB and disk in GB."""

    vcpus: int = 0
    memory_mb: int = 0
    disk_gb: int = 0

    def __add__(self, other: "Usage") -> "Usage":
        return Usage(
            self.vcpus + other.vcpus,
            self.memory_mb + other.memory_mb,
            self.disk_gb + other.disk_gb,
        )


@lru_cache(maxsize=4096)
def tracked(flavor: Flavor, boots_from_volume: bool) -> Usage:
    """Return what the resource tracker adds for a server.

    Swap is floored to whole GB; the root disk of a boot from volume counts nothing; pinning and
    ``resources:`` extra specs change nothing (nova/compute/resource_tracker.py: _update_usage).
    """
    root = 0 if boots_from_volume else flavor.disk
    return Usage(flavor.vcpus, flavor.ram, root + flavor.ephemeral + flavor.swap // 1024)


@lru_cache(maxsize=4096)
def promised(flavor: Flavor, boots_from_volume: bool) -> tuple[dict[str, int], ...]:
    """Return what placement should hold for a server of the classes of ``COMPARED``: one or more
    right answers, without zeros."""
    distinct: list[dict[str, int]] = []
    for answer in asked_of_placement(flavor, boots_from_volume):
        compared = {name: amount for name, amount in answer.items() if name in COMPARED}
        if compared not in distinct:
            distinct.append(compared)
    return tuple(distinct)


@lru_cache(maxsize=4096)
def asked_of_placement(flavor: Flavor, boots_from_volume: bool) -> tuple[dict[str, int], ...]:
    """Return what placement is asked for, of every class: one or more right answers, without zeros.

    There are several where the image has a say too, and where the scheduler may fall back from PCPU
    to VCPU (nova/scheduler/manager.py: disable_fallback_pcpu_query). Swap is ceiled to whole GB
    (nova/scheduler/utils.py: ResourceRequest).
    """
    root = 0 if boots_from_volume else flavor.disk
    sizes = {
        "MEMORY_MB": flavor.ram,
        "DISK_GB": root + flavor.ephemeral + -(-flavor.swap // 1024),
    }
    groups = _overrides(flavor.extra_specs)
    totals = [sizes | _sum(groups | {"": groups.get("", {}) | cpus}) for cpus in _cpus(flavor)]
    answers = [
        total if {"VCPU", "PCPU"} & set(total) else total | {"VCPU": flavor.vcpus}
        for total in totals
    ]
    distinct: list[dict[str, int]] = []
    for answer in answers:
        wanted = {name: amount for name, amount in answer.items() if amount}
        if wanted not in distinct:
            distinct.append(wanted)
    return tuple(distinct)


def named(flavor: Flavor) -> dict[str, int]:
    """Return class -> amount of what a flavor asks for by ``resources:CLASS``."""
    return _sum(_overrides(flavor.extra_specs))


def parted(flavor: Flavor) -> frozenset[str]:
    """Return the classes that a flavor asks for in several groups: each may come from another
    provider of the same host."""
    asked = [name for group in _overrides(flavor.extra_specs).values() for name in group]
    return frozenset(name for name in asked if asked.count(name) > 1)


def overridden(flavor: Flavor) -> bool:
    """Tell whether what placement holds for a flavor does not follow from its sizes alone."""
    return bool(set(COMPARED) & set(_sum(_overrides(flavor.extra_specs))))


def _compared(resources: Mapping[str, int]) -> dict[str, int]:
    return {name: resources[name] for name in COMPARED if resources.get(name)}


def _overrides(extra_specs: Mapping[str, str]) -> dict[str, dict[str, int]]:
    """Return suffix -> class -> amount of ``resources[suffix]:CLASS=amount``."""
    found: dict[str, dict[str, int]] = {}
    for spec, value in extra_specs.items():
        match, amount = _OVERRIDE.fullmatch(spec), _amount(value)
        if match and amount is not None:
            found.setdefault(match[1] or "", {})[match["resource_class"]] = amount
    return found


def _sum(groups: Mapping[str, Mapping[str, int]]) -> dict[str, int]:
    total: dict[str, int] = {}
    for group in groups.values():
        for name, amount in group.items():
            total[name] = total.get(name, 0) + amount
    return total


def _amount(text: str) -> int | None:
    """Read an amount as nova does, by ``int``; None for what it passes over
    (nova/objects/request_spec.py: RequestGroup.add_resource)."""
    try:
        amount = int(text)
    except ValueError:
        return None
    return amount if amount >= 0 else None


def _cpus(flavor: Flavor) -> list[dict[str, int]]:
    """Return what the CPU policy puts into the group without a suffix, for each policy that there
    may be; a shared one puts nothing (nova/scheduler/utils.py: _translate_pinning_policies).

    The API refuses a policy beside CPUs that are asked for by name
    (nova/virt/hardware.py: numa_get_constraints).
    """
    specs = flavor.extra_specs
    named = _overrides({key: value for key, value in specs.items() if _NUMBERED.match(key)})
    if {"VCPU", "PCPU"} & set(_compared(_sum(named))):
        return [{}]
    extra = 1 if specs.get("hw:emulator_threads_policy") == "isolate" else 0
    policy = specs.get("hw:cpu_policy")
    dedicated = {"PCPU": flavor.vcpus + extra}
    mixed = [
        {"VCPU": flavor.vcpus - pinned, "PCPU": pinned + extra} for pinned in _pinned(flavor, specs)
    ]
    if policy == "mixed":
        return mixed
    if policy == "dedicated":
        return [dedicated, {}]
    return [{}] if policy == "shared" else [{}, dedicated, *mixed]


def _pinned(flavor: Flavor, specs: Mapping[str, str]) -> list[int]:
    """Return how many CPUs a mixed policy may pin: the image's realtime mask outranks the flavor's,
    and the API does not tell it (nova/virt/hardware.py: get_realtime_cpu_constraint)."""
    mask = specs.get("hw:cpu_dedicated_mask")
    if mask:
        return [len(_cpu_set(mask, flavor.vcpus))]
    return list(range(1, flavor.vcpus + 1)) if "hw:cpu_realtime" in specs else []


def _cpu_set(mask: str, vcpus: int) -> set[int]:
    """Read a CPU list such as ``0-3,^2``; one that begins with ``^`` starts from all CPUs
    (nova/virt/hardware.py: get_dedicated_cpu_constraint)."""
    chosen: set[int] = set(range(vcpus)) if mask.strip().startswith("^") else set()
    dropped: set[int] = set()
    for part in filter(None, (text.strip() for text in mask.split(","))):
        numbers = [int(text) for text in part.lstrip("^").split("-")]
        (dropped if part.startswith("^") else chosen).update(range(numbers[0], numbers[-1] + 1))
    return chosen - dropped
