"""The lines in which nova-compute's resource tracker reports an audit, from Grizzly to today.

Sources: nova/compute/resource_tracker.py of each release. Grizzly to Icehouse write a line for each
number ("Hypervisor: free VCPUs: 3" of the driver, "Free VCPUS: 1" of the tracker), Juno the totals
and what is allocated of them, Kilo and later one line for each view.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

Numbers = Mapping[str, float]
"""Some of "vcpus", "memory_mb", "disk_gb"; below 0 where more is promised than there is."""

_NUMBER = r"(-?\d+(?:\.\d+)?)"
_TIME = re.compile(r"(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)")
_OURS = "resource_tracker"
_ABSURD = float(2**63)
"""No host has so much of anything, and no counter of nova's holds it."""
_NAMES = {"ram": "memory_mb", "disk": "disk_gb", "vcpus": "vcpus"}
_HYPERVISOR = re.compile(rf"Hypervisor: (?:free|assignable) (ram|disk|VCPUs)[^:]*: {_NUMBER}")
_FREE = re.compile(rf"\bFree (ram|disk|VCPUS) ?(?:\([MG]B\))?: {_NUMBER}")
_RAW = re.compile(
    rf"(?:Hypervisor/Node|Hypervisor) resource view: name=(\S+) free_ram={_NUMBER}MB "
    rf"free_disk={_NUMBER}GB free_vcpus=(\S+)"
)
_FINAL = re.compile(
    rf"Final resource view: name=(\S+) phys_ram={_NUMBER}MB used_ram={_NUMBER}MB "
    rf"phys_disk={_NUMBER}GB used_disk={_NUMBER}GB total_vcpus={_NUMBER} used_vcpus={_NUMBER}"
)
_JUNO = re.compile(
    rf"Total (?:physical|usable) (ram|disk|vcpus)[^:]*: {_NUMBER}, "
    rf"total allocated (?:virtual )?(?:ram|disk|vcpus)[^:]*: {_NUMBER}"
)
_ENDED = re.compile(r"Compute_service record updated for ([^\s:]+)(?::(\S+))?")
_BEGUN = re.compile(r"Auditing locally available compute resources(?: for (\S+) \(node: (\S+)\))?")


@dataclass(frozen=True)
class Said:
    """What one line says. ``free`` are numbers of the view ``view`` ("hypervisor" or "tracker"),
    ``total`` what the host has where the line tells. ``begun`` and ``ended`` mark an audit's ends.
    ``host`` is the host or node that the line names, or "". ``time`` is as it was written, or "".
    """

    view: str = ""
    free: Numbers | None = None
    total: Numbers | None = None
    host: str = ""
    begun: bool = False
    ended: bool = False
    time: str = ""


def concerns(text: str) -> bool:
    """Tell whether a line is of the resource tracker at all."""
    return _OURS in text


def read(text: str) -> Said | None:
    """Return what a line of the resource tracker says of an audit, or None where it says nothing.

    Raises ValueError for a line that begins as such a report and is damaged, or whose numbers no
    host can have.
    """
    found = _read(text)
    if found and not all(
        abs(number) < _ABSURD
        for told in (found.free, found.total)
        for number in (told or {}).values()
    ):
        raise ValueError("a number that no host can have")
    if found is None and any(
        start in text for start in ("Final resource view:", "resource view: name=")
    ):
        raise ValueError("a report of a view that is cut or damaged")
    return found


def _read(text: str) -> Said | None:
    time = time_of(text)
    if match := _FINAL.search(text):
        name, *numbers = match.groups()
        ram, used_ram, disk, used_disk, cpus, used_cpus = map(float, numbers)
        total = {"vcpus": cpus, "memory_mb": ram, "disk_gb": disk}
        free = {"vcpus": cpus - used_cpus, "memory_mb": ram - used_ram, "disk_gb": disk - used_disk}
        return Said("tracker", free, total, name, time=time)
    if match := _RAW.search(text):
        name, ram_, disk_, cpus_ = match.groups()
        free = {"memory_mb": float(ram_), "disk_gb": float(disk_)}
        if re.fullmatch(r"-?\d+", cpus_):
            free["vcpus"] = float(cpus_)
        return Said("hypervisor", free, None, name, time=time)
    if match := _HYPERVISOR.search(text):
        return Said("hypervisor", {_NAMES[match[1].lower()]: float(match[2])}, time=time)
    if match := _JUNO.search(text):
        name, has, held = _NAMES[match[1]], float(match[2]), float(match[3])
        return Said("tracker", {name: has - held}, {name: has}, time=time)
    if match := _FREE.search(text):
        return Said("tracker", {_NAMES[match[1].lower()]: float(match[2])}, time=time)
    if match := _ENDED.search(text):
        return Said(host=match[2] or match[1], ended=True, time=time)
    if match := _BEGUN.search(text):
        return Said(host=match[2] or "", begun=True, time=time)
    return None


def time_of(text: str) -> str:
    """Return when a line was written, as "2026-11-26 09:00:00", or "" where it does not begin so.

    Such times are in order as texts.
    """
    match = _TIME.search(text[:80])
    return f"{match[1]} {match[2]}" if match else ""
