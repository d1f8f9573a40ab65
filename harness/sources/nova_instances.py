"""Instances that are not deleted, as nova's own databases hold them: one database for each cell.

They tell what no API does: whether the API hides one, and the flavor that a resize comes from. It
is kept beside the present one until it is confirmed (nova/objects/instance.py: old_flavor).
"""

import json
from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from harness.core.answers.shape import Record, ShapeError, items, take, take_or_none
from harness.core.apis.nova import Flavor
from harness.core.views.source import TableSource

STATEMENT = """
SELECT instances.uuid, instances.display_name, instances.project_id, instances.host, instances.node,
       instances.vm_state, instances.task_state, instances.vcpus, instances.memory_mb,
       instances.root_gb, instances.ephemeral_gb, instances.created_at, instances.updated_at,
       CASE WHEN instances.hidden THEN 1 ELSE 0 END AS hidden, instance_extra.flavor AS flavors
FROM instances
LEFT OUTER JOIN instance_extra ON instance_extra.instance_uuid = instances.uuid
    AND instance_extra.deleted = 0 AND instances.vm_state = 'resized'
WHERE instances.deleted = 0
"""


class StoredInstance(Struct, frozen=True, gc=False):
    """A row of an instance. ``database`` names where it is.

    ``host``, ``node``, ``vm_state`` and ``task`` are "" where the row has none. ``disk_gb`` is root
    and ephemeral together. ``updated`` is when the row last changed, or was made: ISO 8601, UTC.
    ``hidden``: the API leaves it out. ``old_flavor`` is that which a resize comes from, while it
    waits for its confirmation.
    """

    database: str
    uuid: str
    name: str
    project: str
    host: str
    node: str
    vm_state: str
    task: str
    vcpus: int
    memory_mb: int
    disk_gb: int
    updated: str
    hidden: bool
    old_flavor: Flavor | None = None

    @property
    def key(self) -> str:
        return f"{self.uuid}@{self.database}"


_RECORD = Record(
    {"uuid": str, "hidden": int},
    {
        "display_name": str,
        "project_id": str,
        "host": str,
        "node": str,
        "vm_state": str,
        "task_state": str,
        "created_at": str,
        "updated_at": str,
        "vcpus": int,
        "memory_mb": int,
        "root_gb": int,
        "ephemeral_gb": int,
        "flavors": str,
    },
)


def parse(database: str, body: Any) -> Iterator[StoredInstance]:
    """Yield the instances of a database."""
    for row in items(body, "rows"):
        uuid, hidden, name, project, host, node, state, task, *rest = _RECORD.of(row)
        created, updated, vcpus, memory_mb, root_gb, ephemeral_gb, flavors = rest
        yield StoredInstance(
            database=database,
            uuid=uuid,
            name=name or "",
            project=project or "",
            host=host or "",
            node=node or "",
            vm_state=state or "",
            task=task or "",
            vcpus=vcpus or 0,
            memory_mb=memory_mb or 0,
            disk_gb=(root_gb or 0) + (ephemeral_gb or 0),
            updated=updated or created or "",
            hidden=bool(hidden),
            old_flavor=_old(flavors) if flavors else None,
        )


def _old(text: str) -> Flavor | None:
    """Read the old one of the flavors that the row keeps as JSON
    (nova/objects/instance.py: _save_flavor)."""
    try:
        flavors = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ShapeError(f"'flavors' is no JSON: {error}") from None
    old = take_or_none(flavors, "old", dict)
    if old is None:
        return None
    told = take(old, "nova_object.data", dict)
    specs = take_or_none(told, "extra_specs", dict) or {}
    return Flavor(
        vcpus=take(told, "vcpus", int),
        ram=take(told, "memory_mb", int),
        disk=take(told, "root_gb", int),
        ephemeral=take(told, "ephemeral_gb", int),
        swap=take(told, "swap", int),
        extra_specs={name: take(specs, name, str) for name in specs},
    )


SOURCE = TableSource("nova_instances", STATEMENT, parse)
