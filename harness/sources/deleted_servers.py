"""The servers that nova deleted last: whose a lost thing was, and whether nova still knows of it.

What is left of a server whose row is here nova may still clear away (nova/compute/manager.py:
_cleanup_running_deleted_instances); once the rows are archived it never does. Nova cannot sort by
the time of the deletion, but a deletion is the last change of a row.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct

from harness.core.answers.shape import ShapeError, items, take, take_or_none
from harness.core.apis.nova import (
    MICROVERSION,
    Failure,
    Flavor,
    Flavors,
    actions_of_failed,
    answered,
    failure_of,
    may_have_failed,
    without_secrets,
)
from harness.core.ports import Cloud, Unreachable
from harness.core.views.source import CloudSource

NEWEST = 200
"""How many are asked for. One page, and no more: the rows stay until somebody archives them."""

PART = 10
"""How many are asked for at a time where the page as a whole cannot be had."""

_PATH = "/servers/detail"
_BROKEN = 500


class DeletedServer(Struct, frozen=True, gc=False):
    """A server that nova has deleted. ``host`` is where it was then, "" if nowhere.

    ``flavor`` is what it was promised. ``deleted`` is when nova ended it, "" where it does not say:
    ISO 8601, as all times here. ``user`` is the uuid of who made it. Of one among whose neighbours
    is a row that nova cannot show there is no more than the uuid and the name: no flavor then.
    ``failure`` says what went wrong with it, ``boots_from_volume`` as of a server that has no
    image (one whose image maps its root to a volume is not told from others). ``unasked``: it never
    ran, and whether it failed was not asked or not answered.
    """

    uuid: str
    name: str
    project: str
    user: str
    host: str
    domain_name: str
    flavor: Flavor | None
    created: str
    updated: str
    deleted: str
    status: str = "DELETED"
    failure: Failure | None = None
    boots_from_volume: bool = False
    unasked: bool = False

    @property
    def key(self) -> str:
        return self.uuid


def read(cloud: Cloud) -> Any:
    """Ask for the newest page of all projects, in parts where nova fails over it as a whole.

    A server that was deleted twice (nova-compute died in the first delete, resumes it when it
    starts, and finds the request in its queue as well) keeps a row without a flavor; nova answers
    each list with its details with HTTP 500, until somebody archives it.
    """
    wanted = {
        "all_tenants": "1",
        "deleted": "True",
        "sort_key": "updated_at",
        "sort_dir": "desc",
        "limit": str(NEWEST),
    }
    try:
        page = cloud.get("compute", _PATH, microversion=MICROVERSION, params=wanted)
    except Unreachable as error:
        if error.status != _BROKEN:
            raise
        page = _in_parts(cloud, wanted)
    told = without_secrets(page)
    return {**told, "actions": actions_of_failed(cloud, told["servers"])}


def _in_parts(cloud: Cloud, wanted: Mapping[str, str]) -> Any:
    """Ask for the names of all, then for the details of a few at a time."""
    names = items(
        cloud.get("compute", "/servers", microversion=MICROVERSION, params=dict(wanted)), "servers"
    )
    uuids = [take(item, "id", str) for item in names]
    servers: list[Any] = []
    missing: list[Any] = []
    for first in range(0, len(uuids), PART):
        marker = {"marker": uuids[first - 1]} if first else {}
        params = {**wanted, "limit": str(PART), **marker}
        try:
            page = cloud.get("compute", _PATH, microversion=MICROVERSION, params=params)
            servers += items(page, "servers")
        except Unreachable as error:
            if error.status != _BROKEN:
                raise
            missing += names[first : first + PART]
    return {"servers": servers, "names_only": missing}


def parse(body: Any) -> Iterator[DeletedServer]:
    """Yield those that are deleted; nova lists the soft-deleted beside them, which are not."""
    flavors = Flavors()
    actions = take_or_none(body, "actions", dict) or {}
    for data in items(body, "servers"):
        if take(data, "OS-EXT-STS:vm_state", str) == "soft-delete":
            continue
        yield _deleted(data, flavors, actions)
    for data in items(body, "names_only") if "names_only" in body else ():
        yield _named(data)


def _deleted(data: Any, flavors: Flavors, actions: Mapping[str, Any]) -> DeletedServer:
    uuid = take(data, "id", str)
    if data.get("flavor") is None:
        raise ShapeError(f"server {uuid} comes without details: its cell is down")
    return DeletedServer(
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
        failure=failure_of(data, actions.get(uuid)),
        boots_from_volume=not data.get("image"),
        unasked=may_have_failed(data) and not answered(actions.get(uuid)),
    )


def _named(data: Any) -> DeletedServer:
    name = take_or_none(data, "name", str) or ""
    return DeletedServer(take(data, "id", str), name, "", "", "", "", None, "", "", "")


SOURCE = CloudSource("deleted_servers", read, parse)
