"""Nova's server groups, of all projects.

Nova cuts the list at its max_limit and gives no link to the rest
(nova/api/openstack/compute/server_groups.py: index), so it is asked until a page is empty.
"""

from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from harness.core.answers.shape import items, take, take_or_none
from harness.core.apis.paging import rows_of, unlinked_pages
from harness.core.ports import Cloud
from harness.core.views.source import CloudSource

MICROVERSION = "2.87"


class ServerGroup(Struct, frozen=True, gc=False):
    """A server group. ``members`` are the uuids of its servers that are not deleted.

    Nova tells no state and no times.
    """

    uuid: str
    name: str
    project: str
    policy: str
    members: tuple[str, ...]
    status: str = ""
    created: str = ""
    updated: str = ""

    @property
    def key(self) -> str:
        return self.uuid


def read(cloud: Cloud) -> Any:
    """Ask for the server groups of all projects."""
    listed = unlinked_pages(
        cloud,
        "compute",
        "/os-server-groups",
        "server_groups",
        lambda had: {"offset": str(len(had))},
        microversion=MICROVERSION,
        params={"all_projects": "1"},
    )
    return {"pages": list(listed)}


def parse(body: Any) -> Iterator[ServerGroup]:
    """Yield the server groups."""
    for data in rows_of(body, "server_groups"):
        yield ServerGroup(
            uuid=take(data, "id", str),
            name=take_or_none(data, "name", str) or "",
            project=take_or_none(data, "project_id", str) or "",
            policy=take_or_none(data, "policy", str) or "",
            members=tuple(str(member) for member in items(data, "members")),
        )


SOURCE = CloudSource("server_groups", read, parse)
