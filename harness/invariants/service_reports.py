"""No service of nova's is silent."""

from collections.abc import Iterator

from harness.core.rules.invariant import Breach, Circumstances, Doubt, invariant
from harness.core.rules.origin import Origin
from harness.core.views.snapshot import Snapshot
from harness.sources.services import Service


@invariant("services")
def service_reports(snapshot: Snapshot, _circumstances: Circumstances) -> Iterator[Breach | Doubt]:
    """Every service of nova's that is enabled and not forced down reports.

    One that has been silent for service_down_time does no work: nobody ends its tasks, its tracker
    row is frozen, and what is deleted meanwhile keeps its domain until it starts again
    (nova/servicegroup/drivers/db.py: is_up). One that is disabled or forced down is as somebody
    wished.
    """
    for service in snapshot["services"]:
        if service.silent:
            yield _unknown(service)
        elif service.enabled and not service.forced_down and not service.up:
            yield _silent(service)


def _named(service: Service) -> str:
    return f"{service.binary}@{service.host}"


def _place(service: Service) -> str:
    return service.host if service.binary == "nova-compute" else ""


def _unknown(service: Service) -> Doubt:
    return Doubt(
        _named(service),
        _place(service),
        f"{service.binary} on {service.host} is in a cell whose database does not answer",
        {"services": "status UNKNOWN"},
    )


def _silent(service: Service) -> Breach:
    since = service.updated or "ever"
    return Breach(
        _named(service),
        _place(service),
        f"{service.binary} on {service.host} has not reported since {since}, expected it to: it is "
        "enabled and not forced down",
        {"services": f"down, enabled, last report {since}"},
        origin=Origin.CLOUD_LOST,
        proof=service.updated,
    )
