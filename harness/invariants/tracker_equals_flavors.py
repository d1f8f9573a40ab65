"""The resource tracker's row is the sum of what lies on the host."""

from collections.abc import Iterator, Mapping

from harness.accounting.tracker import Expectation, expect
from harness.core.invariant import Breach, Circumstances, Doubt, invariant
from harness.core.snapshot import Snapshot
from harness.sources.hypervisors import ComputeNode


@invariant("hypervisors", "servers", "migrations", "services", "providers", "allocations")
def tracker_equals_flavors(
    snapshot: Snapshot, circumstances: Circumstances
) -> Iterator[Breach | Doubt]:
    """A compute node's tracker row is what nova keeps back plus the flavors of its servers.

    The whole rule is in ``harness.accounting.tracker``. Nova sums the row anew at each audit
    (nova/compute/resource_tracker.py: _update_available_resource), so that only what an audit
    leaves wrong counts; where nova-compute does not report, no audit comes and a wrong row stays
    wrong until it starts. The row of an ironic node means nothing: a flavor takes all of it.
    """
    for node in snapshot["hypervisors"]:
        if node.kind == "ironic":
            continue
        expectation = expect(node, snapshot, circumstances)
        if expectation.doubt:
            yield _doubt(node, expectation.doubt, expectation.passing)
        elif wrong := _differences(node, expectation):
            unclear = expectation.unclear or _disk_alone(node, expectation, wrong)
            text = f"{unclear}; {'; '.join(wrong.values())}"
            yield _doubt(node, text) if unclear else _breach(node, expectation, wrong)


def _doubt(node: ComputeNode, reason: str, passing: bool = False) -> Doubt:
    return Doubt(
        node.host,
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
    seen = {
        "vcpus": node.vcpus_used,
        "memory_mb": node.memory_mb_used,
        "disk_gb": node.local_gb_used,
    }
    units = {"vcpus": "vCPUs", "memory_mb": "MB of memory", "disk_gb": "GB of disk"}
    answers = [{name: getattr(usage, name) for name in seen} for usage in expectation.usages]
    if seen in answers:
        return {}
    nearest = min(answers, key=lambda answer: sum(seen[name] != answer[name] for name in seen))
    return {
        name: f"{want} {units[name]} expected, {seen[name]} seen ({seen[name] - want:+d})"
        for name, want in nearest.items()
        if seen[name] != want
    }


def _breach(node: ComputeNode, expectation: Expectation, wrong: Mapping[str, str]) -> Breach:
    return Breach(
        node.host,
        node.host,
        f"tracker of {node.node}: {'; '.join(wrong.values())}; expected is {expectation.reasons}"
        + (f"; {expectation.frozen}" if expectation.frozen else ""),
        {"hypervisors": _row(node), "servers": expectation.reasons},
        heals_at_audit=not expectation.frozen,
    )


def _row(node: ComputeNode) -> str:
    return (
        f"used {node.vcpus_used} vCPUs, {node.memory_mb_used} MB, {node.local_gb_used} GB"
        f" on {node.node}"
    )
