"""The servers that nova deleted last: whose a lost thing was, and whether nova still knows of it.

What is left of a server whose row is here nova may still clear away (nova/compute/manager.py:
_cleanup_running_deleted_instances); once the rows are archived it never does. Nova cannot sort by
the time of the deletion, but a deletion is the last change of a row.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from harness.core.nova import MICROVERSION, Flavor, Flavors, without_secrets
from harness.core.ports import Cloud
from harness.core.shape import ShapeError, items, take, take_or_none
from harness.core.source import CloudSource

NEWEST = 200
"""How many are asked for. One page, and no more: the rows stay until somebody archives them."""


@dataclass(frozen=True)
class DeletedServer:
    """A server that nova has deleted. ``host`` is where it was then, "" if nowhere.

    ``flavor`` is what it was promised. ``deleted`` is when nova ended it, "" where it does not say:
    ISO 8601, as all times here. ``user`` is the uuid of who made it.
    """

    uuid: str
    name: str
    project: str
    user: str
    host: str
    domain_name: str
    flavor: Flavor
    created: str
    updated: str
    deleted: str
    status: str = "DELETED"

    @property
    def key(self) -> str:
        return self.uuid


def read(cloud: Cloud) -> Any:
    """Ask for the newest page of all projects."""
    wanted = {
        "all_tenants": "1",
        "deleted": "True",
        "sort_key": "updated_at",
        "sort_dir": "desc",
        "limit": str(NEWEST),
    }
    page = cloud.get("compute", "/servers/detail", microversion=MICROVERSION, params=wanted)
    return without_secrets(page)


def parse(body: Any) -> Iterator[DeletedServer]:
    """Yield those that are deleted; nova lists the soft-deleted beside them, which are not."""
    flavors = Flavors()
    for data in items(body, "servers"):
        if take(data, "OS-EXT-STS:vm_state", str) == "soft-delete":
            continue
        uuid = take(data, "id", str)
        if data.get("flavor") is None:
            raise ShapeError(f"server {uuid} comes without details: its cell is down")
        yield DeletedServer(
            uuid=uuid,
            name=take_or_none(data, "name", str) or "",
            project=take(data, "tenant_id", str),
            user=take_or_none(data, "user_id", str) or "",
            host=take_or_none(data, "OS-EXT-SRV-ATTR:host", str) or "",
            domain_name=take_or_none(data, "OS-EXT-SRV-ATTR:instance_name", str) or "",
            flavor=flavors.of(take(data, "flavor", dict)),
            created=take_or_none(data, "created", str) or "",
            updated=take_or_none(data, "updated", str) or "",
            deleted=take_or_none(data, "OS-SRV-USG:terminated_at", str) or "",
        )


SOURCE = CloudSource("deleted_servers", read, parse)
