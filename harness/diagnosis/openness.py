"""Which compute nodes are open to a server, before any room is counted: the scheduler's side.

Sources: nova/scheduler/request_filter.py (what placement is asked for: traits, aggregates of a
zone, disabled computes), nova/scheduler/filters/compute_filter.py, nova/scheduler/manager.py.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from harness.core.nova import Flavor
from harness.core.snapshot import Snapshot
from harness.sources.hypervisors import ComputeNode

NEEDS = ("hypervisors", "services")
_TRAIT = re.compile(r"trait[a-zA-Z0-9_-]*:([A-Z0-9_]+)")


@dataclass(frozen=True)
class Demand:
    """What a server asks for: its flavor, whether its root disk is a volume, and its zone, "" where
    none was asked for. ``server`` is its uuid: groups know it by that."""

    flavor: Flavor
    boots_from_volume: bool = False
    zone: str = ""
    server: str = ""


def closed(demand: Demand, snapshot: Snapshot) -> Mapping[str, tuple[str, ...]]:
    """Return host -> why it is closed to a server, for every compute node; () where it is open.

    As of the look: what was closed at an earlier moment and opened since is not told.
    """
    having = _having(demand.flavor.extra_specs, snapshot)
    return {
        node.host: tuple(_reasons(node, demand, having, snapshot))
        for node in snapshot["hypervisors"]
    }


def _reasons(
    node: ComputeNode,
    demand: Demand,
    having: Mapping[str, frozenset[str]],
    snapshot: Snapshot,
) -> Iterator[str]:
    services = [
        service
        for service in snapshot["services"].having("host", node.host)
        if service.binary == "nova-compute"
    ]
    for service in services:
        if service.forced_down:
            yield "its nova-compute is forced down"
        elif not service.up:
            yield f"its nova-compute does not report (last at {service.updated or 'no time'})"
        if not service.enabled:
            why = f": {service.disabled_reason}" if service.disabled_reason else ""
            yield f"its nova-compute is disabled{why}"
    if not services:
        yield "nova lists no nova-compute there"
    zone = _zones(snapshot).get(node.host, "nova")
    if demand.zone and demand.zone != zone:
        yield f"it is in zone {zone}, and {demand.zone} was asked for"
    yield from _of_groups(node, demand, snapshot)
    for spec, value in demand.flavor.extra_specs.items():
        match = _TRAIT.fullmatch(spec)
        if match and match[1] in having:
            has = node.uuid in having[match[1]]
            if value == "required" and not has:
                yield f"it lacks trait {match[1]}, which the flavor requires"
            if value == "forbidden" and has:
                yield f"it has trait {match[1]}, which the flavor forbids"


def _of_groups(node: ComputeNode, demand: Demand, snapshot: Snapshot) -> Iterator[str]:
    """Yield why a server group keeps a server from a host; soft policies are wishes only
    (nova/scheduler/filters/affinity_filter.py)."""
    servers = snapshot["servers"].by_key()
    for group in snapshot["server_groups"]:
        if demand.server not in group.members:
            continue
        others = [servers[uuid] for uuid in group.members if uuid in servers]
        hosts = {each.host for each in others if each.host and each.uuid != demand.server}
        if group.policy == "anti-affinity" and node.host in hosts:
            yield f"server group {group.name!r} (anti-affinity) has a member there"
        if group.policy == "affinity" and hosts and node.host not in hosts:
            yield f"server group {group.name!r} (affinity) has its members elsewhere"


def unchecked(demand: Demand, snapshot: Snapshot) -> list[str]:
    """Return what the flavor asks for that no view tells."""
    having = _having(demand.flavor.extra_specs, snapshot)
    traits = [match[1] for match in map(_TRAIT.fullmatch, demand.flavor.extra_specs) if match]
    said = [f"who has trait {trait} is not recorded" for trait in traits if trait not in having]
    scoped = [
        s for s in demand.flavor.extra_specs if s.startswith("aggregate_instance_extra_specs:")
    ]
    if scoped:
        said.append(f"which aggregates match {scoped[0]} is not recorded")
    return said


def _zones(snapshot: Snapshot) -> Mapping[str, str]:
    """Return host -> its availability zone, of the hosts that an aggregate gives one."""
    return {
        host: aggregate.zone
        for aggregate in snapshot["aggregates"]
        if aggregate.zone
        for host in aggregate.hosts
    }


def _having(specs: Mapping[str, str], snapshot: Snapshot) -> Mapping[str, frozenset[str]]:
    """Return trait -> uuids of the root providers with it, as the flavors' view tells."""
    roots = {provider.uuid: provider.root for provider in snapshot["providers"]}
    return {
        trait: frozenset(roots.get(uuid, uuid) for uuid in holders)
        for flavor in snapshot["flavors"]
        for trait, holders in flavor.having.items()
        if any(spec.endswith(f":{trait}") for spec in specs)
    }
