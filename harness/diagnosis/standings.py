"""How the compute nodes stood with nova in each look, and in those nearest to a moment."""

from collections.abc import Iterator, Sequence

from harness.accounting.cloud_clock import cloud_now
from harness.core.apis.standing import Standing
from harness.core.views.snapshot import Snapshot

NEEDS = ("hypervisors", "services")
_DEFAULT_ZONE = "nova"


def standing_of(snapshot: Snapshot) -> Standing | None:
    """Return how the compute nodes stood; None where that was not seen.

    Sources: nova/scheduler/filters/compute_filter.py, nova/servicegroup/api.py.
    """
    if any(snapshot[name].gap() for name in NEEDS):
        return None
    default = "" if snapshot["aggregates"].gap() else _DEFAULT_ZONE
    zones = {
        host: aggregate.zone
        for aggregate in snapshot["aggregates"]
        if aggregate.zone
        for host in aggregate.hosts
    }
    hosts = [node.host for node in snapshot["hypervisors"]]
    found = {host: tuple(_reasons(host, snapshot)) for host in hosts}
    return Standing(
        cloud_now(snapshot),
        {host: zones.get(host, default) for host in hosts},
        {host: reasons for host, reasons in found.items() if reasons},
        {
            service.host: service.updated
            for service in snapshot["services"]
            if service.binary == "nova-compute" and service.host in found
        },
    )


def _reasons(host: str, snapshot: Snapshot) -> Iterator[str]:
    services = [
        service
        for service in snapshot["services"].having("host", host)
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


def nearest(standings: Sequence[Standing], then: float | None) -> tuple[Standing, ...]:
    """Return the last standing before a moment and the first after it, as far as there are any;
    the last of all for no moment."""
    known = sorted(standings, key=lambda each: each.moment)
    if then is None:
        return tuple(known[-1:])
    before = [each for each in known if each.moment <= then]
    after = [each for each in known if each.moment > then]
    return (*before[-1:], *after[:1])


def reasons_in(standing: Standing, host: str, zone: str) -> tuple[str, ...]:
    """Return why a host was closed to a server that asked for a zone, "" for any."""
    if host not in standing.zones:
        return ("nova lists no such compute node",)
    mine = standing.zones[host]
    elsewhere = (
        (f"it is in zone {mine}, and {zone} was asked for",) if zone not in ("", mine) else ()
    )
    return (*standing.closed.get(host, ()), *elsewhere)
