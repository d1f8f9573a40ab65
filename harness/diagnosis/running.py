"""What libvirt's running domains have of each host: vCPUs and memory. It tells no disk."""

from collections.abc import Iterator

from harness.core.apis.nova import Flavor
from harness.diagnosis.scene import Scene
from harness.diagnosis.sheet import MEMORY, VCPU, Claim, Holder, Sheet, parts_of
from harness.sources.deleted_servers import DeletedServer
from harness.sources.domains import Domain

VIEW = "hypervisor"
NEEDS = ("hypervisors", "domains", "servers")


def sheets(scene: Scene) -> Iterator[Sheet]:
    """Yield a sheet for vCPUs and memory of each host whose libvirt was seen."""
    domains = scene.snapshot["domains"]
    for node in scene.snapshot["hypervisors"]:
        if not node.has_domains or domains.gap(node.host):
            continue
        running = [domain for domain in domains.having("host", node.host) if domain.active]
        for resource, capacity in ((VCPU, node.vcpus), (MEMORY, node.memory_mb)):
            claims = [claim for domain in running for claim in _claims(domain, resource, scene)]
            still = {domain.uuid for domain in running}
            for gone in scene.since_gone:
                if gone.host == node.host and gone.uuid not in still:
                    claims.append(Claim(*scene.holder(gone), _promised(gone, resource)))
            parts = parts_of(claims)
            free = capacity - sum(part.amount for part in parts)
            yield Sheet(VIEW, node.host, resource, capacity, parts, free)


def _claims(domain: Domain, resource: str, scene: Scene) -> Iterator[Claim]:
    server = scene.snapshot["servers"].by_key().get(domain.uuid)
    if domain.uuid == scene.but or (server is not None and not scene.was_there(server)):
        return
    amount = (domain.vcpus if resource == VCPU else domain.memory_mb) or 0
    yield Claim(
        *whose_domain(domain.uuid, domain.host, domain.server_name is not None, scene), amount
    )


def whose_domain(uuid: str, host: str, of_nova: bool, scene: Scene) -> tuple[Holder, str]:
    """Return the holder of a domain or its process: a server on that host, or nova lost it where it
    was nova's once, or nobody that nova knows."""
    server = scene.snapshot["servers"].by_key().get(uuid)
    if server is not None and (uuid, host) not in scene.lost:
        return scene.holder(server)
    if of_nova or server is not None or uuid in scene.snapshot["deleted_servers"].by_key():
        return Holder.LEAKED, f"domain {uuid}"
    return Holder.STRANGERS, f"domain {uuid}"


def _promised(server: DeletedServer, resource: str) -> int:
    flavor: Flavor | None = server.flavor
    if flavor is None:
        return 0
    return flavor.vcpus if resource == VCPU else flavor.ram
