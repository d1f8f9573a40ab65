"""Nova's services and whether they report."""

from collections.abc import Iterator, Sequence
from typing import Any

from msgspec import Struct

from harness.core.answers.shape import ShapeError, items, take, take_or_none
from harness.core.ports import Cloud
from harness.core.views.source import CloudSource

MICROVERSION = "2.69"


class Service(Struct, frozen=True, gc=False):
    """A service on a host. ``up``: it reported within service_down_time.

    ``silent``: its cell's database does not answer, so that nova knows no more than its name.
    """

    uuid: str
    binary: str
    host: str
    up: bool
    enabled: bool
    forced_down: bool
    disabled_reason: str
    updated: str
    silent: bool = False

    @property
    def key(self) -> str:
        return self.uuid


def read(cloud: Cloud) -> Any:
    """Ask for the services of every cell."""
    return cloud.get("compute", "/os-services", microversion=MICROVERSION)


def listed(body: Any) -> Sequence[Any]:
    """Return the services of an answer. Raises ShapeError where there is none: the conductor that
    answers is one."""
    found = items(body, "services")
    if not found:
        raise ShapeError("nova names no service at all")
    return found


def parse(body: Any) -> Iterator[Service]:
    """Yield the services. One of a cell that is down has state "UNKNOWN" and counts as not up."""
    for data in listed(body):
        binary, host = take(data, "binary", str), take(data, "host", str)
        yield Service(
            uuid=take_or_none(data, "id", str) or f"{binary}@{host}",
            binary=binary,
            host=host,
            up=take_or_none(data, "state", str) == "up",
            enabled=take_or_none(data, "status", str) == "enabled",
            forced_down=bool(take_or_none(data, "forced_down", bool)),
            disabled_reason=take_or_none(data, "disabled_reason", str) or "",
            updated=take_or_none(data, "updated_at", str) or "",
            silent=take_or_none(data, "status", str) == "UNKNOWN",
        )


SOURCE = CloudSource("services", read, parse)
