"""Placement agrees with itself."""

from collections.abc import Iterator, Mapping

from harness.accounting.holdings import beyond
from harness.core.rules.invariant import Breach, Circumstances, Doubt, invariant
from harness.core.rules.origin import Origin
from harness.core.views.snapshot import Snapshot


@invariant("providers", "allocations", "hypervisors")
def provider_usage_equals_allocations(
    snapshot: Snapshot, _circumstances: Circumstances
) -> Iterator[Breach | Doubt]:
    """What a resource provider reports as used is the sum of the allocations against it.

    Usages are summed over inventories (placement/objects/usage.py), so that an allocation of a
    class without inventory breaks this. Generations that differ prove that the two reads saw two
    states. Every write but a delete raises the generation, so that two looks with the same sums and
    the same generation saw a provider that nobody wrote to meanwhile.
    """
    hosts = {node.node: node.host for node in snapshot["hypervisors"]}
    sums: dict[str, dict[str, int]] = {}
    generations: dict[str, int] = {}
    for allocation in snapshot["allocations"]:
        total = sums.setdefault(allocation.provider, {})
        generations[allocation.provider] = allocation.generation
        for name, amount in allocation.resources.items():
            total[name] = total.get(name, 0) + amount
    for provider in snapshot["providers"]:
        held = sums.get(provider.uuid, {})
        wrong = [
            name
            for name in sorted({*held, *provider.usages})
            if held.get(name, 0) != provider.usages.get(name, 0)
        ]
        if not wrong:
            continue
        host = hosts.get(provider.name, "")
        views = {"providers": _text(provider.usages), "allocations": _text(held)}
        if generations.get(provider.uuid, provider.generation) != provider.generation:
            message = f"resource provider {provider.name} changed between the two reads"
            yield Doubt(provider.uuid, host, message, views, passing=True)
            continue
        seen = ", ".join(
            f"{name}: used {provider.usages.get(name, 0)}, allocated {held.get(name, 0)}"
            for name in wrong
        )
        yield Breach(
            provider.uuid,
            host,
            f"resource provider {provider.name} ({provider.uuid}): expected usage to equal the sum "
            f"of its allocations, seen {seen}",
            views,
            origin=Origin.CLOUD_LOST,
            amounts=beyond(provider.usages, held),
            proof=f"generation {provider.generation}: {views}",
        )


def _text(amounts: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {amount}" for name, amount in sorted(amounts.items())) or "nothing"
