"""Which compute nodes are open to a server by what it asks for, before any room is counted.

Sources: nova/scheduler/request_filter.py and nova/scheduler/utils.py: ResourceRequest (the traits
that placement is asked for), nova/scheduler/filters/affinity_filter.py. How the nodes stand, for
everybody, is in ``standings``.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from harness.core.apis.nova import Flavor
from harness.core.apis.traits import trait_in
from harness.core.views.snapshot import Snapshot
from harness.sources.hypervisors import ComputeNode
from harness.sources.images import PREFIXES, Image, traits_of


@dataclass(frozen=True)
class Demand:
    """What a server asks for: its flavor, whether its root disk is a volume, and its zone, "" where
    none was asked for or that is not known. ``server`` is its uuid: groups know it by that.
    ``image`` is the uuid of its image, "" where it has none; ``project`` that of its project."""

    flavor: Flavor
    boots_from_volume: bool = False
    zone: str = ""
    server: str = ""
    image: str = ""
    project: str = ""


def refused(demand: Demand, snapshot: Snapshot) -> Mapping[str, tuple[str, ...]]:
    """Return host -> why it is no host for such a server, for every compute node; () where it is.

    As of the look, and as far as it is certain: traits and server groups.
    """
    return {
        node.host: (*_of_groups(node, demand, snapshot), *_of_traits(node, demand, snapshot))
        for node in snapshot["hypervisors"]
    }


def _of_traits(node: ComputeNode, demand: Demand, snapshot: Snapshot) -> Iterator[str]:
    having = holders_of(demand, snapshot)
    for trait, value, asker in asked(demand, snapshot):
        if trait not in having:
            continue
        has = node.uuid in having[trait]
        if value == "required" and not has:
            yield f"it lacks trait {trait}, which {asker} requires"
        if value == "forbidden" and has:
            yield f"it has trait {trait}, which {asker} forbids"


def asked(demand: Demand, snapshot: Snapshot) -> Iterator[tuple[str, str, str]]:
    """Yield the traits that nova surely asks placement for: name, value, and who asks."""
    for spec, value in demand.flavor.extra_specs.items():
        if trait := trait_in(spec):
            yield trait, value, "the flavor"
    image = image_of(demand, snapshot)
    for name, trait in traits_of(image.asks).items() if image else ():
        if name not in PREFIXES:
            yield trait, "required", "the image"


def image_of(demand: Demand, snapshot: Snapshot) -> Image | None:
    """Return the image of a server, None where it has none or it is not seen."""
    found: Image | None = snapshot["images"].by_key().get(demand.image)
    return found


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
    """Return what the server asks for that no view tells."""
    having = holders_of(demand, snapshot)
    named = dict.fromkeys(trait for trait, _, _ in asked(demand, snapshot))
    said = [f"who has trait {trait} is not recorded" for trait in named if trait not in having]
    gap = snapshot["images"].gap()
    if demand.boots_from_volume:
        said.append("which traits the image of its volume asks for is not recorded")
    elif gap:
        said.append(f"which traits its image asks for is not known: images was not seen: {gap}")
    elif image_of(demand, snapshot) is None:
        uuid = f" {demand.image}" if demand.image else ""
        said.append(f"which traits its image{uuid} asks for is not known: it is gone since")
    if gap := snapshot["server_groups"].gap():
        said.append(f"server_groups was not seen: {gap}")
    return said


def holders_of(demand: Demand, snapshot: Snapshot) -> Mapping[str, frozenset[str]]:
    """Return trait -> uuids of the root providers with it, of the traits that the server's flavor
    and image name, as far as that is recorded."""
    roots = {provider.uuid: provider.root for provider in snapshot["providers"]}
    named = {trait_in(spec) for spec in demand.flavor.extra_specs}
    image = image_of(demand, snapshot)
    told = [flavor.having for flavor in snapshot["flavors"]] + ([image.having] if image else [])
    return {
        trait: frozenset(roots.get(uuid, uuid) for uuid in uuids)
        for having in told
        for trait, uuids in having.items()
        if trait in named or (image and trait in image.having)
    }
