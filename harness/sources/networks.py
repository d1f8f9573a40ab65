"""Neutron's networks."""

from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from harness.core.answers.shape import take, take_or_none
from harness.core.apis.neutron import STAMPED, listed, rows_of
from harness.core.ports import Cloud
from harness.core.views.source import CloudSource


class Network(Struct, frozen=True, gc=False):
    """A network. ``created`` and ``updated`` are neutron's ISO 8601 times, or ""."""

    uuid: str
    name: str
    project: str
    created: str = ""
    updated: str = ""

    @property
    def key(self) -> str:
        return self.uuid


def read(cloud: Cloud) -> Any:
    """Ask for the networks of all projects."""
    return listed(cloud, "/networks", "networks", STAMPED)


def parse(body: Any) -> Iterator[Network]:
    """Yield the networks. One of the system's own, such as that of HA routers, has no project."""
    for data in rows_of(body, "networks"):
        yield Network(
            uuid=take(data, "id", str),
            name=take_or_none(data, "name", str) or "",
            project=take_or_none(data, "project_id", str) or "",
            created=take_or_none(data, "created_at", str) or "",
            updated=take_or_none(data, "updated_at", str) or "",
        )


SOURCE = CloudSource("networks", read, parse, standing=True)
