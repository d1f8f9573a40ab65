"""Allocations: what placement has promised to each consumer, on each resource provider.

There is no list of all allocations; each provider is asked for its own. Nova sends no consumer
type, so only its uuid tells a server from a migration (nova/scheduler/client/report.py).
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from harness.core.ports import Cloud
from harness.core.shape import items, take
from harness.core.source import CloudSource, Gauge

MICROVERSION = "1.28"


@dataclass(frozen=True)
class Allocation:
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
    """Ask for all providers, then for the allocations against each."""
    listed = cloud.get("placement", "/resource_providers", microversion=MICROVERSION)
    held = {}
    for provider in items(listed, "resource_providers"):
        uuid = take(provider, "uuid", str)
        path = f"/resource_providers/{uuid}/allocations"
        held[uuid] = cloud.get("placement", path, microversion=MICROVERSION)
    return {"listed": listed, "held": held}


def parse(body: Any) -> Iterator[Allocation]:
    """Yield the allocations."""
    listed = items(take(body, "listed", dict), "resource_providers")
    names = {take(item, "uuid", str): take(item, "name", str) for item in listed}
    roots = {item["uuid"]: item.get("root_provider_uuid") or item["uuid"] for item in listed}
    for uuid, answer in take(body, "held", dict).items():
        generation = take(answer, "resource_provider_generation", int)
        for consumer, data in take(answer, "allocations", dict).items():
            resources = take(data, "resources", dict)
            yield Allocation(
                consumer=consumer,
                provider=uuid,
                provider_name=names.get(roots[uuid], names[uuid]),
                generation=generation,
                resources={name: take(resources, name, int) for name in resources},
            )


def _by_node(rows: tuple[Allocation, ...]) -> Mapping[str, float]:
    """Count consumers for each root provider, whose name is the node's."""
    return Counter(name for name, _ in {(row.provider_name, row.consumer) for row in rows})


SOURCE = CloudSource("allocations", read, parse, (Gauge("allocations", "", _by_node),))
