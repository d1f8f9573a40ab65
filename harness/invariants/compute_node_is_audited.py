"""Nova's audit of each host that reports is saved."""

from collections.abc import Iterator

from harness.accounting.cloud_clock import cloud_now, seconds_since
from harness.accounting.transitions import down_hosts
from harness.core.rules.invariant import Breach, Circumstances, invariant
from harness.core.rules.origin import Origin
from harness.core.views.snapshot import Snapshot

_AUDITS = 10
_LEAST = 300.0
"""Seconds that are given in any case: nova's periodic tasks wait for one another."""


@invariant("nova_compute_nodes", "services")
def compute_node_is_audited(snapshot: Snapshot, circumstances: Circumstances) -> Iterator[Breach]:
    """The row of each compute node whose host reports was written by one of the last ten audits.

    An audit that fails leaves the row as it is ("Error updating resources for node"), and the host
    reports on: what it shows is then of the past. Since its statistics have the uptime, the row is
    written at every audit (nova/virt/libvirt/driver.py: get_available_resource, bug 2122036); where
    they have none it may rightly be old, and is not judged.
    """
    longest = max(_AUDITS * circumstances.audit_interval, _LEAST)
    reporting = {s.host for s in snapshot["services"] if s.binary == "nova-compute" and s.up}
    for row in snapshot["nova_compute_nodes"]:
        age = seconds_since(row.updated, cloud_now(snapshot))
        judged = row.host in reporting - down_hosts(snapshot) and "uptime" in row.stats
        if not judged or age is None or age <= longest:
            continue
        yield Breach(
            row.uuid,
            row.host,
            f"compute node {row.node} of {row.host} in {row.database} was last written "
            f"{row.updated}, {age:.0f} s ago, and its nova-compute reports; expected an audit to "
            f"be saved within {longest:.0f} s",
            {"nova_compute_nodes": f"written {row.updated}", "services": f"{row.host} is up"},
            heals_at_audit=True,
            origin=Origin.CLOUD_LOST,
            proof=row.updated,
        )
