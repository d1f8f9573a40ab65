"""What placement has promised, and to whom."""

from collections.abc import Iterator, Mapping

from harness.accounting.flavor_usage import asked_of_placement
from harness.core.views.source import Row
from harness.diagnosis.scene import Scene
from harness.diagnosis.sheet import RESOURCES, Claim, Holder, Sheet, parts_of
from harness.sources.allocations import Allocation
from harness.sources.providers import Inventory, Provider

VIEW = "placement"
NEEDS = ("providers", "allocations", "hypervisors", "servers")
_OF_BREACH = {"VCPU": "vcpus", "PCPU": "vcpus", "MEMORY_MB": "memory_mb", "DISK_GB": "disk_gb"}


def sheets(scene: Scene) -> Iterator[Sheet]:
    """Yield a sheet for each inventory: first those of the resources that every flavor asks for.
    What a child provider has is its root's.

    The capacity is what may be promised: (total - reserved) x allocation ratio
    (placement/objects/allocation.py: _check_capacity_exceeded).
    """
    hosts = {node.uuid: node.host for node in scene.snapshot["hypervisors"]}
    for provider in scene.snapshot["providers"]:
        others = sorted(set(provider.inventories) - set(RESOURCES))
        for resource in (*RESOURCES, *others):
            inventory = provider.inventories.get(resource)
            if inventory is not None:
                host = hosts.get(provider.uuid) or hosts.get(provider.root) or provider.name
                yield _sheet(provider, host, resource, inventory, scene)


def _sheet(
    provider: Provider, host: str, resource: str, inventory: Inventory, scene: Scene
) -> Sheet:
    held = scene.snapshot["allocations"].having("provider", provider.uuid)
    now = [claim for item in held for claim in _claims(item, host, resource, scene)]
    listed = sum(item.resources.get(resource, 0) for item in held)
    rest = provider.usages.get(resource, 0) - listed
    claims = [*now, Claim(Holder.REST, "used, and held by no allocation that is seen", rest)]
    claims += _gone(provider, resource, {item.consumer for item in held}, scene)
    parts = parts_of(claims)
    note = f"{inventory.total} - {inventory.reserved} kept back, x {inventory.ratio:g}"
    free = inventory.limit - sum(part.amount for part in parts)
    return Sheet(VIEW, host, resource, inventory.limit, parts, free, note)


def _claims(item: Allocation, host: str, resource: str, scene: Scene) -> Iterator[Claim]:
    amount = item.resources.get(resource, 0)
    if not amount or item.consumer == scene.but:
        return
    server = scene.snapshot["servers"].by_key().get(item.consumer)
    if server is not None and not scene.was_there(server):
        return
    breach = scene.lost.get((item.consumer, host)) or scene.lost.get((item.consumer, ""))
    lost = min(amount, breach.amounts.get(_OF_BREACH.get(resource, resource), 0)) if breach else 0
    if lost:
        yield Claim(Holder.LEAKED, f"allocation of {item.consumer}", lost)
    if amount > lost:
        yield Claim(*_whose(item.consumer, scene), amount - lost)


def _whose(consumer: str, scene: Scene) -> tuple[Holder, str]:
    if told := scene.holder_of(consumer):
        return told
    moves: Mapping[str, Row] = scene.snapshot["migrations"].by_key()
    if consumer in moves:
        return Holder.MOVES, f"move {consumer}"
    return Holder.REST, f"allocation of {consumer}, of which nova lists no server"


def _gone(provider: Provider, resource: str, still: set[str], scene: Scene) -> Iterator[Claim]:
    """Yield what servers held that lived then and are gone. Which of several providers of a host
    gave it nobody knows any more."""
    tree = scene.snapshot["providers"].having("root", provider.root)
    if sum(resource in each.inventories for each in tree) != 1:
        return
    for node in scene.snapshot["hypervisors"].having("uuid", provider.root):
        for server in scene.since_gone:
            if server.host == node.host and server.flavor and server.uuid not in still:
                held = asked_of_placement(server.flavor, server.boots_from_volume)[0]
                yield Claim(*scene.holder(server), held.get(resource, 0))
