"""Neutron's subnets."""

from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from harness.core.answers.shape import take, take_or_none
from harness.core.apis.neutron import STAMPED, listed, rows_of
from harness.core.ports import Cloud
from harness.core.views.source import CloudSource


class Subnet(Struct, frozen=True, gc=False):
    """A subnet of a network. ``created`` and ``updated`` are neutron's ISO 8601 times, or ""."""

    uuid: str
    name: str
    project: str
    network: str
    created: str = ""
    updated: str = ""

    @property
    def key(self) -> str:
        return self.uuid


def read(cloud: Cloud) -> Any:
    """Ask for the subnets of all projects."""
    return listed(cloud, "/subnets", "subnets", (*STAMPED, "network_id"))


def parse(body: Any) -> Iterator[Subnet]:
    """Yield the subnets."""
    for data in rows_of(body, "subnets"):
        yield Subnet(
            uuid=take(data, "id", str),
            name=take_or_none(data, "name", str) or "",
            project=take_or_none(data, "project_id", str) or "",
            network=take(data, "network_id", str),
            created=take_or_none(data, "created_at", str) or "",
            updated=take_or_none(data, "updated_at", str) or "",
        )


SOURCE = CloudSource("subnets", read, parse, standing=True)
