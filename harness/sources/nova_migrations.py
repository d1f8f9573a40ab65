"""Migrations that have not ended or changed of late, as nova's own databases hold them.

The tracker counts every one whose status is none of the ended ones (nova/db/main/api.py:
migration_get_in_progress_and_error_by_host_and_node), whatever it is called; the API is asked for
the statuses that are known.
"""

from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from harness.core.answers.shape import Record, items
from harness.core.views.source import TableSource

ENDED = ("confirmed", "reverted", "failed", "completed", "cancelled", "done")
STATEMENT = """
SELECT uuid, instance_uuid, migration_type, status, source_compute, source_node, dest_compute,
       dest_node, old_instance_type_id, new_instance_type_id,
       CASE WHEN hidden THEN 1 ELSE 0 END AS hidden, created_at, updated_at
FROM migrations
WHERE deleted = 0
    AND (status IS NULL OR updated_at >= :since OR status NOT IN
         ('confirmed', 'reverted', 'failed', 'completed', 'cancelled', 'done'))
"""


class StoredMigration(Struct, frozen=True, gc=False):
    """A row of a move. ``database`` names where it is, the rest is as in ``migrations.Migration``.

    ``old_flavor`` and ``new_flavor`` are the numbers that nova's API database has of the flavors,
    None where there are none. ``hidden``: some of nova's lists leave it out.
    """

    database: str
    uuid: str
    server: str
    kind: str
    status: str
    source_host: str
    source_node: str
    dest_host: str
    dest_node: str
    updated: str
    hidden: bool
    old_flavor: int | None = None
    new_flavor: int | None = None

    @property
    def key(self) -> str:
        return f"{self.uuid}@{self.database}"

    @property
    def ended(self) -> bool:
        return self.status in ENDED


_RECORD = Record(
    {"uuid": str, "instance_uuid": str, "hidden": int},
    {
        "migration_type": str,
        "status": str,
        "source_compute": str,
        "source_node": str,
        "dest_compute": str,
        "dest_node": str,
        "updated_at": str,
        "created_at": str,
        "old_instance_type_id": int,
        "new_instance_type_id": int,
    },
)


def parse(database: str, body: Any) -> Iterator[StoredMigration]:
    """Yield the moves of a database."""
    for row in items(body, "rows"):
        uuid, server, hidden, *texts, updated, created, old, new = _RECORD.of(row)
        kind, status, source_host, source_node, dest_host, dest_node = (t or "" for t in texts)
        yield StoredMigration(
            database,
            uuid,
            server,
            kind,
            status,
            source_host,
            source_node,
            dest_host,
            dest_node,
            updated or created or "",
            bool(hidden),
            old,
            new,
        )


SOURCE = TableSource("nova_migrations", STATEMENT, parse)
