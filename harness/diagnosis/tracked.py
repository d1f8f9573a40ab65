"""What nova's resource tracker counts on each compute node, and for whom."""

from collections.abc import Iterator

from harness.accounting.flavor_usage import Usage, tracked
from harness.accounting.unfinished_moves import counted, holdings
from harness.diagnosis.scene import Scene
from harness.diagnosis.sheet import DISK, MEMORY, VCPU, Claim, Holder, Sheet, parts_of
from harness.sources.deleted_servers import DeletedServer
from harness.sources.hypervisors import ComputeNode
from harness.sources.servers import Server

VIEW = "tracker"
NEEDS = ("hypervisors", "servers", "migrations", "providers", "allocations")


def sheets(scene: Scene) -> Iterator[Sheet]:
    """Yield a sheet for vCPUs, memory and disk of each compute node. The capacity is what the
    hypervisor has: the tracker knows no ratio."""
    for node in scene.snapshot["hypervisors"]:
        numbers = (
            (VCPU, node.vcpus, node.vcpus_used),
            (MEMORY, node.memory_mb, node.memory_mb_used),
            (DISK, node.local_gb, node.local_gb_used),
        )
        for resource, capacity, used in numbers:
            parts = parts_of(_claims(node, resource, used, scene))
            free = capacity - sum(part.amount for part in parts)
            yield Sheet(VIEW, node.host, resource, capacity, parts, free)


def _claims(node: ComputeNode, resource: str, used: int, scene: Scene) -> Iterator[Claim]:
    """Yield who held what at the moment; what is counted for nobody was counted then too."""
    lying = scene.snapshot["servers"].having("host", node.host)
    here: list[Server] = [server for server in lying if counted(server, node)]
    amounts = {server.uuid: _of_server(server, resource) for server in here}
    moves = [
        Claim(Holder.MOVES, move.text, _of(move.usages[0], resource) if move.usages else 0)
        for move in holdings(node, scene.snapshot)
    ]
    others = sum(amounts.values()) + sum(move.amount for move in moves)
    kept = _kept_back(node, resource, used - others, scene)
    yield Claim(Holder.KEPT, "nova's reserved amounts", kept)
    for server in here:
        if scene.was_there(server):
            ghost = (server.uuid, node.host) in scene.lost and not _has_domain(server, scene)
            whose = (Holder.LEAKED, f"server {server.uuid}") if ghost else scene.holder(server)
            yield Claim(*whose, amounts[server.uuid])
    yield from moves
    yield Claim(Holder.REST, "counted for nobody that is seen", used - others - kept)
    for gone in scene.since_gone:
        if gone.host == node.host:
            yield Claim(*scene.holder(gone), _of_server(gone, resource))


def _has_domain(server: Server, scene: Scene) -> bool:
    return bool(scene.snapshot["domains"].having("uuid", server.uuid))


def _kept_back(node: ComputeNode, resource: str, left: int, scene: Scene) -> int:
    """Return what nova keeps back, as placement tells it. The tracker floors the disk to whole GB
    where placement ceils it: the one of both that leaves nothing unaccounted."""
    provider = scene.snapshot["providers"].by_key().get(node.uuid)
    inventory = provider.inventories.get(resource) if provider else None
    reserved = inventory.reserved if inventory else 0
    floored = resource == DISK and reserved and left == reserved - 1
    return reserved - 1 if floored else reserved


def _of_server(server: Server | DeletedServer, resource: str) -> int:
    if server.flavor is None:
        return 0
    return _of(tracked(server.flavor, server.boots_from_volume), resource)


def _of(usage: Usage, resource: str) -> int:
    return {VCPU: usage.vcpus, MEMORY: usage.memory_mb, DISK: usage.disk_gb}[resource]
