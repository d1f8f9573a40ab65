"""The resource tracker's row is the sum of what lies on the host."""

from collections import Counter
from collections.abc import Iterator, Mapping

from harness.accounting.holdings import amounts
from harness.accounting.tracker import Expectation, expect, proof
from harness.core.rules.invariant import Breach, Circumstances, Doubt, invariant
from harness.core.rules.origin import Origin
from harness.core.views.snapshot import Snapshot
from harness.sources.hypervisors import ComputeNode


@invariant(
    "hypervisors",
    "servers",
    "migrations",
    "services",
    "providers",
    "allocations",
    beside=("nova_instances",),
)
def tracker_equals_flavors(
    snapshot: Snapshot, circumstances: Circumstances
) -> Iterator[Breach | Doubt]:
    """A compute node's tracker row is what nova keeps back plus the flavors of its servers.

    The whole rule is in ``harness.accounting.tracker``. Nova sums the row anew at each audit
    (nova/compute/resource_tracker.py: _update_available_resource), so that only what an audit
    leaves wrong counts; where nova-compute does not report, no audit comes and a wrong row stays
    wrong until it starts. The row of an ironic node means nothing: a flavor takes all of it.
    """
    nodes = Counter(node.host for node in snapshot["hypervisors"])
    for node in snapshot["hypervisors"]:
        if node.kind == "ironic":
            continue
        subject = node.host if nodes[node.host] == 1 else node.node
        expectation = expect(node, snapshot, circumstances)
        if expectation.doubt:
            yield _doubt(subject, node, expectation.doubt, expectation.passing)
        elif wrong := _differences(node, expectation):
            unclear = expectation.unclear or _disk_alone(node, expectation, wrong)
            text = f"{unclear}; {'; '.join(wrong.values())}"
            if unclear:
                yield _doubt(subject, node, text)
            else:
                rests_on = proof(node, snapshot)
                yield _breach(subject, node, expectation, rests_on)


def _doubt(subject: str, node: ComputeNode, reason: str, passing: bool = False) -> Doubt:
    return Doubt(
        subject,
        node.host,
        f"the tracker of {node.node} cannot be judged: {reason}",
        {"hypervisors": _row(node)},
        passing=passing,
    )


def _disk_alone(node: ComputeNode, expectation: Expectation, wrong: Mapping[str, str]) -> str:
    """Return why a row that is wrong in its disk alone means nothing, or ""."""
    least, most = expectation.disk_between
    alone = set(wrong) == {"disk_gb"} and least <= node.local_gb_used <= most
    return expectation.disk_unknown if alone else ""


def _differences(node: ComputeNode, expectation: Expectation) -> dict[str, str]:
    units = {"vcpus": "vCPUs", "memory_mb": "MB of memory", "disk_gb": "GB of disk"}
    seen = _seen(node)
    return {
        name: f"{seen[name] - more} {units[name]} expected, {seen[name]} seen ({more:+d})"
        for name, more in _surplus(node, expectation).items()
        if more
    }


def _seen(node: ComputeNode) -> dict[str, int]:
    return {
        "vcpus": node.vcpus_used,
        "memory_mb": node.memory_mb_used,
        "disk_gb": node.local_gb_used,
    }


def _surplus(node: ComputeNode, expectation: Expectation) -> dict[str, int]:
    """Return what the row has more than the nearest right answer: below zero where it has less."""
    seen = _seen(node)
    surpluses = [
        {name: seen[name] - getattr(usage, name) for name in seen} for usage in expectation.usages
    ]
    return min(surpluses, key=lambda surplus: sum(more != 0 for more in surplus.values()))


def _breach(subject: str, node: ComputeNode, expectation: Expectation, rests_on: str) -> Breach:
    wrong = "; ".join(_differences(node, expectation).values())
    return Breach(
        subject,
        node.host,
        f"tracker of {node.node}: {wrong}; expected is {expectation.reasons}"
        + (f"; {expectation.frozen}" if expectation.frozen else ""),
        {"hypervisors": _row(node), "servers": expectation.reasons},
        heals_at_audit=not expectation.frozen,
        origin=Origin.CLOUD_LOST,
        amounts=amounts(**_surplus(node, expectation)),
        proof=rests_on,
    )


def _row(node: ComputeNode) -> str:
    return (
        f"used {node.vcpus_used} vCPUs, {node.memory_mb_used} MB, {node.local_gb_used} GB"
        f" on {node.node}"
    )
