"""No resource provider that nova has forgotten."""

from collections.abc import Iterator

from harness.accounting.holdings import of_resources
from harness.core.rules.invariant import Breach, Circumstances, Doubt, invariant
from harness.core.rules.origin import Origin
from harness.core.views.snapshot import Snapshot
from harness.sources.providers import Provider
from harness.sources.services import Service


@invariant("providers", "hypervisors", "services")
def provider_has_compute_node(
    snapshot: Snapshot, _circumstances: Circumstances
) -> Iterator[Breach | Doubt]:
    """Every resource provider of a compute node belongs to a hypervisor that nova lists.

    Nova gives both the same uuid. The provider of a compute service that was deleted, or of a host
    that came back under another name, is offered by the scheduler to no good end, and nobody takes
    it away (nova/api/openstack/compute/services.py: delete). A compute node's provider is a root
    with nova's trait COMPUTE_NODE, or with CPUs and memory: sharing and nested providers and those
    of other services are none.
    """
    listed = {node.uuid for node in snapshot["hypervisors"]}
    hosts = {node.host for node in snapshot["hypervisors"]}
    services = tuple(snapshot["services"])
    for provider in snapshot["providers"]:
        if provider.uuid in listed or provider.root != provider.uuid or not _computes(provider):
            continue
        reason = _excuse(provider, services, hosts)
        yield _doubt(provider, reason) if reason else _breach(provider)


def _computes(provider: Provider) -> bool:
    sizes = set(provider.inventories)
    return bool(provider.computes) or ("MEMORY_MB" in sizes and bool({"VCPU", "PCPU"} & sizes))


def _excuse(provider: Provider, services: tuple[Service, ...], hosts: set[str]) -> str:
    """Say why nova may not list the hypervisor of a provider that has one, or ""."""
    for service in services:
        if service.silent:
            return f"the cell of {service.host} does not answer, and nova leaves its nodes out"
        mapped = service.host in hosts or service.binary != "nova-compute"
        short = service.host.split(".")[0]
        if not mapped and provider.name.split(".")[0] == short and service.up:
            return f"nova-compute on {service.host} reports, but the host is mapped to no cell yet"
    return ""


def _doubt(provider: Provider, reason: str) -> Doubt:
    return Doubt(
        provider.uuid,
        "",
        f"resource provider {provider.name} ({provider.uuid}) is no hypervisor that nova lists: "
        f"{reason}",
        {"providers": provider.name, "hypervisors": "no such uuid"},
    )


def _breach(provider: Provider) -> Breach:
    held = ", ".join(
        f"{name} {amount}" for name, amount in sorted(provider.usages.items()) if amount
    )
    mark = "it has nova's trait COMPUTE_NODE" if provider.computes else "it has CPUs and memory"
    return Breach(
        provider.uuid,
        "",
        f"resource provider {provider.name} ({provider.uuid}) is that of a compute node, since "
        f"{mark}; expected a hypervisor with that uuid, nova lists none; held of it: "
        f"{held or 'nothing'}",
        {"providers": f"{provider.name}, used {held or 'nothing'}", "hypervisors": "no such uuid"},
        origin=Origin.CLOUD_LOST,
        amounts=of_resources(provider.usages),
    )
