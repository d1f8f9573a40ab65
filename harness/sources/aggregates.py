"""Nova's host aggregates."""

from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from harness.core.ports import Cloud
from harness.core.shape import items, take, take_or_none
from harness.core.source import CloudSource

MICROVERSION = "2.87"


class Aggregate(Struct, frozen=True, gc=False):
    """A host aggregate. It belongs to no project. Times are nova's ISO 8601 ones."""

    uuid: str
    name: str
    zone: str
    hosts: tuple[str, ...]
    created: str
    updated: str
    project: str = ""
    status: str = ""

    @property
    def key(self) -> str:
        return self.uuid


def read(cloud: Cloud) -> Any:
    """Ask for all aggregates, without their metadata; nova sends them in one page."""
    page = cloud.get("compute", "/os-aggregates", microversion=MICROVERSION)
    return {
        **page,
        "aggregates": [
            {key: value for key, value in item.items() if key != "metadata"}
            for item in items(page, "aggregates")
        ],
    }


def parse(body: Any) -> Iterator[Aggregate]:
    """Yield the aggregates."""
    for data in items(body, "aggregates"):
        yield Aggregate(
            uuid=take(data, "uuid", str),
            name=take(data, "name", str),
            zone=take_or_none(data, "availability_zone", str) or "",
            hosts=tuple(str(host) for host in items(data, "hosts")),
            created=take_or_none(data, "created_at", str) or "",
            updated=take_or_none(data, "updated_at", str) or "",
        )


SOURCE = CloudSource("aggregates", read, parse)
