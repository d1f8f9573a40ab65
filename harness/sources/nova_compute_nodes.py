"""Compute nodes, as nova's own databases hold them: one database for each cell.

They tell what no API does: when the row was last written, and the statistics that the tracker keeps
(nova/db/main/models.py: ComputeNode).
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct

from harness.core.answers.shape import Record, ShapeError, items
from harness.core.views.source import TableSource

STATEMENT = """
SELECT uuid, host, hypervisor_hostname, hypervisor_type, vcpus, vcpus_used, memory_mb,
       memory_mb_used, local_gb, local_gb_used, running_vms, disk_available_least, stats,
       created_at, updated_at
FROM compute_nodes
WHERE deleted = 0
"""


class StoredNode(Struct, frozen=True, gc=False):
    """A row of a compute node that is not deleted. ``database`` names where it is.

    vCPUs are counts, memory is in MB, disk in GB. ``updated`` is when it was last written, or made
    where it never was: ISO 8601, UTC. ``stats`` are the tracker's statistics: name -> text.
    """

    database: str
    uuid: str
    host: str
    node: str
    vcpus: int
    vcpus_used: int
    memory_mb: int
    memory_mb_used: int
    local_gb: int
    local_gb_used: int
    running_vms: int | None
    disk_available_least: int | None
    updated: str
    stats: Mapping[str, str]

    @property
    def key(self) -> str:
        return f"{self.uuid}@{self.database}"

    @property
    def told_by_api(self) -> tuple[int | None, ...]:
        """Return the numbers that the API shows as they are, in the order of the fields."""
        return (
            self.vcpus,
            self.vcpus_used,
            self.memory_mb,
            self.memory_mb_used,
            self.local_gb,
            self.local_gb_used,
            self.running_vms,
            self.disk_available_least,
        )


_RECORD = Record(
    {
        "uuid": str,
        "host": str,
        "hypervisor_hostname": str,
        "vcpus": int,
        "vcpus_used": int,
        "memory_mb": int,
        "memory_mb_used": int,
        "local_gb": int,
        "local_gb_used": int,
    },
    {
        "running_vms": int,
        "disk_available_least": int,
        "created_at": str,
        "updated_at": str,
        "stats": str,
    },
)


def parse(database: str, body: Any) -> Iterator[StoredNode]:
    """Yield the compute nodes of a database."""
    for row in items(body, "rows"):
        *told, created, updated, stats = _RECORD.of(row)
        values: tuple[Any, ...] = (database, *told, updated or created or "", _stats(stats))
        yield StoredNode(*values)


def _stats(text: str | None) -> Mapping[str, str]:
    try:
        found = json.loads(text or "{}")
    except (ValueError, RecursionError) as error:
        raise ShapeError(f"'stats' is no JSON: {error}") from None
    if not isinstance(found, dict):
        raise ShapeError(f"'stats' should be an object, got {type(found).__name__}")
    return {name: str(value) for name, value in found.items()}


SOURCE = TableSource("nova_compute_nodes", STATEMENT, parse)
