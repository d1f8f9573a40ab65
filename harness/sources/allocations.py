"""Allocations: what placement has promised to each consumer, on each resource provider.

There is no list of all allocations; each provider is asked for its own. Nova sends no consumer
type, so only its uuid tells a server from a migration (nova/scheduler/client/report.py).
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from msgspec import Struct

from harness.core.answers.shape import ShapeError, amounts, items, said_once, take, take_or_none
from harness.core.ports import Cloud, Unreachable, went
from harness.core.views.source import CloudSource, Gauge

MICROVERSION = "1.28"


class Allocation(Struct, frozen=True, gc=False):
    """What one consumer holds of one provider.

    ``provider_name`` is the name of the root of the provider's tree: for nova's, the node.
    ``generation`` is the provider's at the time of the read.
    """

    consumer: str
    provider: str
    provider_name: str
    generation: int
    resources: Mapping[str, int]

    @property
    def key(self) -> str:
        return f"{self.consumer}@{self.provider}"


def read(cloud: Cloud) -> Any:
    """Ask for all providers, then for the allocations against each.

    A provider that went meanwhile took its allocations with it: it has None.
    """
    listed = cloud.get("placement", "/resource_providers", microversion=MICROVERSION)
    held: dict[str, Any] = {}
    for provider in items(listed, "resource_providers"):
        uuid = take(provider, "uuid", str)
        path = f"/resource_providers/{uuid}"
        try:
            held[uuid] = cloud.get("placement", f"{path}/allocations", microversion=MICROVERSION)
        except Unreachable as error:
            went(cloud, "placement", path, error, MICROVERSION)
            held[uuid] = None
    return {"listed": listed, "held": held}


def parse(body: Any) -> Iterator[Allocation]:
    """Yield the allocations. Raises ShapeError where a listed provider was not asked."""
    listed = items(take(body, "listed", dict), "resource_providers")
    names = {take(item, "uuid", str): take(item, "name", str) for item in listed}
    roots = {item["uuid"]: take_or_none(item, "root_provider_uuid", str) for item in listed}
    held = take(body, "held", dict)
    if set(held) != set(names):
        raise ShapeError("the providers that were asked are not those that are listed")
    same: dict[tuple[tuple[str, int], ...], Mapping[str, int]] = {}
    for uuid, answer in held.items():
        if answer is None:
            continue
        generation = take(answer, "resource_provider_generation", int)
        for consumer, data in take(answer, "allocations", dict).items():
            resources = amounts(data, "resources")
            yield Allocation(
                consumer=said_once(consumer),
                provider=uuid,
                provider_name=names.get(roots[uuid] or uuid, names[uuid]),
                generation=generation,
                resources=same.setdefault(tuple(resources.items()), resources),
            )


def _by_node(rows: tuple[Allocation, ...]) -> Mapping[str, float]:
    """Count consumers for each root provider, whose name is the node's."""
    return Counter(name for name, _ in {(row.provider_name, row.consumer) for row in rows})


def _contradicted(rows: Mapping[str, Sequence[Any]]) -> str:
    used = [row.name for row in rows.get("providers", ()) if any(row.usages.values())]
    if used:
        return f"placement says that {used[0]} is used ({len(used)} providers are)"
    servers = sum(1 for row in rows.get("servers", ()) if row.host)
    nodes, providers = len(rows.get("hypervisors", ())), len(rows.get("providers", ()))
    if nodes and servers and not providers:
        return f"placement lists no provider, and nova has {servers} servers on {nodes} hypervisors"
    return ""


SOURCE = CloudSource(
    "allocations",
    read,
    parse,
    (Gauge("allocations", "", _by_node),),
    contradicted=_contradicted,
)
