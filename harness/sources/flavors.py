"""Nova's flavors, public or not."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from harness.core.paging import pages, rows_of
from harness.core.ports import Cloud
from harness.core.shape import take, take_or_none
from harness.core.source import CloudSource

MICROVERSION = "2.87"


@dataclass(frozen=True)
class OfferedFlavor:
    """A flavor. ``uuid`` is the id that its maker chose, a uuid by default.

    It belongs to no project; nova tells no times.
    """

    uuid: str
    name: str
    public: bool
    extra_specs: Mapping[str, str]
    project: str = ""
    status: str = ""
    created: str = ""
    updated: str = ""

    @property
    def key(self) -> str:
        return self.uuid


def read(cloud: Cloud) -> Any:
    """Ask for the flavors of both kinds (is_public=None)."""
    wanted = {"is_public": "None", "limit": "1000"}
    path, version = "/flavors/detail", MICROVERSION
    return {
        "pages": list(pages(cloud, "compute", path, "flavors", microversion=version, params=wanted))
    }


def parse(body: Any) -> Iterator[OfferedFlavor]:
    """Yield the flavors."""
    for data in rows_of(body, "flavors"):
        yield OfferedFlavor(
            uuid=take(data, "id", str),
            name=take(data, "name", str),
            public=take(data, "os-flavor-access:is_public", bool),
            extra_specs=take_or_none(data, "extra_specs", dict) or {},
        )


SOURCE = CloudSource("flavors", read, parse, standing=True)
