"""Neutron's routers, where it has the extension "router"."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from msgspec import Struct

from harness.core.answers.shape import take, take_or_none
from harness.core.apis.neutron import STAMPED, listed_if_there, rows_of
from harness.core.ports import Cloud
from harness.core.views.source import CloudSource


class Router(Struct, frozen=True, gc=False):
    """A router. ``created`` and ``updated`` are neutron's ISO 8601 times, or ""."""

    uuid: str
    name: str
    project: str
    created: str = ""
    updated: str = ""

    @property
    def key(self) -> str:
        return self.uuid


def read(cloud: Cloud) -> Any:
    """Ask for the routers of all projects. Raises Absent where neutron does not route."""
    return listed_if_there(cloud, "/routers", "routers", STAMPED, "router")


def parse(body: Any) -> Iterator[Router]:
    """Yield the routers."""
    for data in rows_of(body, "routers"):
        yield Router(
            uuid=take(data, "id", str),
            name=take_or_none(data, "name", str) or "",
            project=take_or_none(data, "project_id", str) or "",
            created=take_or_none(data, "created_at", str) or "",
            updated=take_or_none(data, "updated_at", str) or "",
        )


def _contradicted(rows: Mapping[str, Sequence[Any]]) -> str:
    held = [p.device for p in rows.get("ports", ()) if p.owner == "network:router_interface"]
    return f"router {held[0]} has a port ({len(held)} ports are of routers)" if held else ""


SOURCE = CloudSource("routers", read, parse, optional=True, contradicted=_contradicted)
