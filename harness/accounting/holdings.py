"""What a thing holds of a host, as the amounts of a breach. Nothing is told as zero or below: what
is not held is left out."""

from collections.abc import Iterable, Iterator, Mapping

from msgspec.structs import replace

from harness.accounting.flavor_usage import Usage, tracked
from harness.sources.allocations import Allocation
from harness.sources.domains import Domain
from harness.sources.servers import Server


def amounts(vcpus: int = 0, memory_mb: int = 0, disk_gb: int = 0) -> dict[str, int]:
    """Return what is held: a count, MB and GB."""
    told = {"vcpus": vcpus, "memory_mb": memory_mb, "disk_gb": disk_gb}
    return {name: amount for name, amount in told.items() if amount > 0}


def of_resources(resources: Mapping[str, int]) -> dict[str, int]:
    """Return what an allocation holds."""
    return amounts(
        resources.get("VCPU", 0) + resources.get("PCPU", 0),
        resources.get("MEMORY_MB", 0),
        resources.get("DISK_GB", 0),
    )


def beyond(held: Mapping[str, int], right: Mapping[str, int]) -> dict[str, int]:
    """Return what ``held`` has of the classes of placement more than ``right``."""
    return of_resources({name: held[name] - right.get(name, 0) for name in held})


def by_node(allocations: Iterable[Allocation]) -> Iterator[Allocation]:
    """Join what a consumer holds of one node and of the providers beneath it: it is one thing."""
    found: dict[tuple[str, str], list[Allocation]] = {}
    for item in allocations:
        found.setdefault((item.consumer, item.provider_name), []).append(item)
    for items in found.values():
        yield items[0] if len(items) == 1 else replace(items[0], resources=total(items))


def total(allocations: Iterable[Allocation]) -> dict[str, int]:
    """Return what allocations hold together, class by class."""
    summed: dict[str, int] = {}
    for item in allocations:
        for name, amount in item.resources.items():
            summed[name] = summed.get(name, 0) + amount
    return summed


def of_usage(usage: Usage) -> dict[str, int]:
    return amounts(usage.vcpus, usage.memory_mb, usage.disk_gb)


def of_server(server: Server) -> dict[str, int]:
    """Return what nova counts for a server on its host; nothing where it is on none."""
    if not server.host or server.vm_state in ("deleted", "shelved_offloaded"):
        return {}
    return of_usage(tracked(server.flavor, server.boots_from_volume))


def of_domain(domain: Domain) -> dict[str, int]:
    """Return what a running domain takes; one that is shut off takes no CPU and no memory, and what
    disk it has libvirt does not tell."""
    return amounts(domain.vcpus or 0, domain.memory_mb or 0) if domain.active else {}
