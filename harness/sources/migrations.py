"""Migrations that have not ended: moves, resizes and evacuations that nova still accounts for.

Nova keeps every migration for ever, so only the statuses that it does not take for ended are asked
for, one by one (nova/db/main/api.py: migration_get_in_progress_and_error_by_host_and_node), and
evacuations that are "done", whose source host is cleaned only when it starts again.
"""

from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from harness.core.answers.shape import items, take, take_or_none
from harness.core.apis.paging import pages
from harness.core.ports import Cloud
from harness.core.views.source import CloudSource

MICROVERSION = "2.87"
STATUSES = (
    "accepted",
    "preparing",
    "queued",
    "pre-migrating",
    "migrating",
    "running",
    "running (post-copy)",
    "post-migrating",
    "finished",
    "confirming",
    "reverting",
    "error",
)
"""Every status of nova/objects/migration.py and nova/compute that is not an ended one."""


class Migration(Struct, frozen=True, gc=False):
    """A move of a server. ``kind``: "migration", "resize", "live-migration" or "evacuation".

    ``updated`` is when it last changed, or began where it never did: nova's ISO 8601 time.
    """

    uuid: str
    server: str
    kind: str
    status: str
    source_host: str
    source_node: str
    dest_host: str
    dest_node: str
    updated: str

    @property
    def key(self) -> str:
        return self.uuid

    @property
    def moving(self) -> bool:
        """True while nova works on it: not waiting for a confirmation, failed or done."""
        return self.status not in ("finished", "error", "done")

    @property
    def hosts(self) -> tuple[str, str]:
        return (self.source_host, self.dest_host)


def read(cloud: Cloud) -> Any:
    """Ask for each unfinished status, and for evacuations that are done.

    In the order of a migration's life, so that one that moves on meanwhile is met again.
    """
    wanted = [{"status": status} for status in STATUSES]
    wanted.append({"status": "done", "migration_type": "evacuation"})
    path, version = "/os-migrations", MICROVERSION
    return {
        "pages": [
            page
            for params in wanted
            for page in pages(
                cloud, "compute", path, "migrations", microversion=version, params=params
            )
        ]
    }


def parse(body: Any) -> Iterator[Migration]:
    """Yield each migration once: one that changed its status between two pages shows the later."""
    found: dict[str, Migration] = {}
    for page in items(body, "pages"):
        for data in items(page, "migrations"):
            found[take(data, "uuid", str)] = _migration(data)
    yield from found.values()


def _migration(data: Any) -> Migration:
    return Migration(
        uuid=take(data, "uuid", str),
        server=take(data, "instance_uuid", str),
        kind=take_or_none(data, "migration_type", str) or "",
        status=take(data, "status", str),
        source_host=take_or_none(data, "source_compute", str) or "",
        source_node=take_or_none(data, "source_node", str) or "",
        dest_host=take_or_none(data, "dest_compute", str) or "",
        dest_node=take_or_none(data, "dest_node", str) or "",
        updated=take_or_none(data, "updated_at", str) or take(data, "created_at", str),
    )


SOURCE = CloudSource("migrations", read, parse)
