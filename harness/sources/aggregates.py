"""Nova's host aggregates.

Of their metadata is kept by what a filter of nova's may choose a host: the names, and values that
are too short for a secret, or a project's id.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct, field

from harness.core.answers.shape import items, take, take_or_none
from harness.core.ports import Cloud
from harness.core.views.source import CloudSource

MICROVERSION = "2.87"
TENANT = "filter_tenant_id"
"""How the names begin whose values are projects (nova/scheduler/request_filter.py)."""
_PROJECT = re.compile(r"[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_NAME = re.compile(r"[A-Za-z0-9_.:-]{1,64}")
_SHORT = 7
"""Characters of a value that is kept: what is no longer counts for no secret anywhere."""


class Aggregate(Struct, frozen=True, gc=False):
    """A host aggregate. It belongs to no project. Times are nova's ISO 8601 ones.

    ``metadata`` maps a name to its value, None where that is not kept.
    """

    uuid: str
    name: str
    zone: str
    hosts: tuple[str, ...]
    created: str
    updated: str
    project: str = ""
    status: str = ""
    metadata: Mapping[str, str | None] = field(default_factory=dict)

    @property
    def key(self) -> str:
        return self.uuid


def read(cloud: Cloud) -> Any:
    """Ask for all aggregates, with what of their metadata is kept; nova sends them in one page."""
    page = cloud.get("compute", "/os-aggregates", microversion=MICROVERSION)
    return {**page, "aggregates": [_public(item) for item in items(page, "aggregates")]}


def _public(item: Mapping[str, Any]) -> Mapping[str, Any]:
    metadata = item.get("metadata")
    named = metadata.items() if isinstance(metadata, Mapping) else ()
    kept = {name: _kept(name, value) for name, value in named if _NAME.fullmatch(name)}
    return {**item, "metadata": kept}


def _kept(name: str, value: Any) -> str | None:
    """Return a value; None for one that is not kept. Commas part several (nova/scheduler/filters/
    utils.py: aggregate_metadata_get_by_host)."""
    if not isinstance(value, str):
        return None
    parts = [part.strip() for part in value.split(",")]
    if name.startswith(TENANT):
        return value if all(map(_PROJECT.fullmatch, parts)) else None
    required = name.startswith("trait:") and value == "required"
    return value if required or len(value) <= _SHORT else None


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
            metadata=take_or_none(data, "metadata", dict) or {},
        )


SOURCE = CloudSource("aggregates", read, parse)
