"""How each compute node stood with nova at a moment: open to servers or not, and in which zone."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from harness.core.answers.shape import ShapeError, take


@dataclass(frozen=True)
class Standing:
    """``moment`` is in seconds since the epoch on the cloud's clock. ``zones`` maps each compute
    node that nova lists to its availability zone, "" where that was not seen, ``closed`` those that
    take nobody to why not, ``reports`` to nova's time of the last report of its nova-compute.
    """

    moment: float
    zones: Mapping[str, str]
    closed: Mapping[str, tuple[str, ...]]
    reports: Mapping[str, str] = field(default_factory=dict)


def standing_as_json(standing: Standing | None) -> Any:
    """Return it as plain data."""
    if standing is None:
        return None
    closed = {host: list(reasons) for host, reasons in standing.closed.items()}
    return {
        "moment": standing.moment,
        "zones": dict(standing.zones),
        "closed": closed,
        "reports": dict(standing.reports),
    }


def standing_from_json(data: Any) -> Standing | None:
    """Read what ``standing_as_json`` gave. Raises ShapeError where it is none."""
    if data is None:
        return None
    try:
        closed = {str(h): tuple(map(str, why)) for h, why in take(data, "closed", dict).items()}
    except TypeError as error:
        raise ShapeError(f"how hosts stood cannot be read: {error}") from error
    zones, reports = (
        {str(host): str(text) for host, text in take(data, name, dict).items()}
        for name in ("zones", "reports")
    )
    return Standing(take(data, "moment", float), zones, closed, reports)
