"""What each compute host holds, in numbers, and how far that is from the baseline."""

from collections.abc import Mapping, Sequence

from harness.core.iterations.history import Amounts
from harness.core.views.snapshot import Snapshot, View
from harness.core.views.source import DRIVER, DriverSource, Source


def measure(snapshot: Snapshot, sources: Sequence[Source], hosts: Mapping[str, str]) -> Amounts:
    """Return host -> gauge -> number; None where the host or the view was not seen.

    ``hosts`` maps each name that a host goes by in a view (nova's host, the node's name) to nova's
    host. A host that a seen view does not name holds nothing of the kind: 0. A view that the cloud
    does not have is not measured.
    """
    found: dict[str, dict[str, float | None]] = {host: {} for host in sorted(set(hosts.values()))}
    own: dict[str, dict[str, float | None]] = {}
    for source in sources:
        view = snapshot[source.name]
        if isinstance(source, DriverSource):
            own |= _of_driver(source, view)
            continue
        for gauge in source.gauges if not view.absent else ():
            numbers: dict[str, float] = {}
            for name, number in gauge.measure(view.rows).items():
                host = hosts.get(name, name)
                numbers[host] = numbers.get(host, 0.0) + number
            for host in found:
                seen = view.gap(host) is None
                found[host][gauge.name] = numbers.get(host, 0.0) if seen else None
    return found | own


def _of_driver(source: DriverSource, view: View) -> dict[str, dict[str, float | None]]:
    if view.absent:
        return {}
    seen = {gauge.name: gauge.measure(view.rows).get(DRIVER) for gauge in source.gauges}
    return {DRIVER: seen}


def difference(now: Amounts, then: Amounts) -> Amounts:
    """Return ``now - then`` for each host and gauge of either; None where one was not seen."""
    return {
        host: {
            gauge: _minus(now.get(host, {}).get(gauge), then.get(host, {}).get(gauge))
            for gauge in {**then.get(host, {}), **now.get(host, {})}
        }
        for host in sorted({*now, *then})
    }


def _minus(now: float | None, then: float | None) -> float | None:
    return None if now is None or then is None else now - then
