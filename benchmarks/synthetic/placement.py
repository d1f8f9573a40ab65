"""Placement's answers of the synthetic cloud: providers and the allocations against them."""

from collections.abc import Iterator
from typing import Any

from benchmarks.synthetic import things
from benchmarks.synthetic.things import Size, identity
from harness.core.answers.capture import CLOUD

Answers = Iterator[tuple[str, Any]]


def allocations(size: Size) -> Answers:
    held = {identity("node", host): _allocations_of(size, host) for host in range(size.hosts)}
    yield CLOUD, {"listed": _listed_providers(size), "held": held}


def _listed_providers(size: Size) -> dict[str, Any]:
    parts = ("inventories", "usages", "aggregates", "traits", "allocations")
    return {
        "resource_providers": [
            {
                "uuid": uuid,
                "name": things.node_name(host),
                "generation": 71,
                "links": [
                    {"rel": part, "href": f"/resource_providers/{uuid}/{part}"} for part in parts
                ],
                "parent_provider_uuid": None,
                "root_provider_uuid": uuid,
            }
            for host in range(size.hosts)
            for uuid in [identity("node", host)]
        ]
    }


def _allocations_of(size: Size, host: int) -> dict[str, Any]:
    here = {
        identity("server", number): {"resources": things.promised(number)}
        for number in size.on(host)
        if things.lost(number) != "allocation"
    }
    waiting = {
        identity("migration", number): {"resources": things.promised(number)}
        for number in things.left_from(size, host)
    }
    return {"allocations": {**here, **waiting}, "resource_provider_generation": 71}


def providers(size: Size) -> Answers:
    parts = {identity("node", host): _parts(size, host) for host in range(size.hosts)}
    yield CLOUD, {"listed": _listed_providers(size), "parts": parts}


def _parts(size: Size, host: int) -> dict[str, Any]:
    sums: dict[str, int] = dict.fromkeys(things.CLASSES, 0)
    for item in _allocations_of(size, host)["allocations"].values():
        for name, amount in item["resources"].items():
            sums[name] += amount
    totals = {"VCPU": 384, "PCPU": 128, "MEMORY_MB": 2097152, "DISK_GB": 20000}
    inventories = {
        name: {
            "total": total,
            "reserved": 2048 if name == "MEMORY_MB" else 0,
            "min_unit": 1,
            "max_unit": total,
            "step_size": 1,
            "allocation_ratio": 16.0 if name == "VCPU" else 1.0,
        }
        for name, total in totals.items()
    }
    return {
        "inventories": {"inventories": inventories, "resource_provider_generation": 71},
        "usages": {"usages": sums, "resource_provider_generation": 71},
    }
