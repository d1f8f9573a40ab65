"""Nova's API shows the moves that its database holds unfinished."""

from collections.abc import Iterator

from harness.accounting.stored import LAG, strange_databases
from harness.core.rules.invariant import Breach, Circumstances, Doubt, invariant
from harness.core.rules.origin import Origin
from harness.core.views.snapshot import Snapshot


@invariant("nova_migrations", "nova_compute_nodes", "migrations", "hypervisors")
def unfinished_move_is_listed(
    snapshot: Snapshot, _circumstances: Circumstances
) -> Iterator[Breach | Doubt]:
    """Every move that nova's database holds unfinished has a status that nova knows, and is listed.

    The tracker counts a move of any status but the ended ones (nova/db/main/api.py:
    migration_get_in_progress_and_error_by_host_and_node). One of a status that no nova gives is met
    by no list of the unfinished, and waited for by nobody.
    """
    listed = snapshot["migrations"].by_key()
    strange = strange_databases(snapshot)
    for row in snapshot["nova_migrations"]:
        if row.ended or row.hidden or row.uuid in listed:
            continue
        views = {"nova_migrations": f"{row.status or 'no status'}", "migrations": "none"}
        if row.database in strange:
            text = f"move {row.uuid} is not listed: is {row.database} this cloud's database?"
            yield Doubt(row.uuid, row.source_host, text, views)
            continue
        yield Breach(
            row.uuid,
            row.source_host,
            f"{row.kind or 'move'} {row.uuid} of server {row.server} from {row.source_host} to "
            f"{row.dest_host} is {row.status or 'of no status'} in {row.database} since "
            f"{row.updated}; expected it among nova's unfinished migrations, it is not",
            views,
            origin=Origin.CLOUD_LOST,
            proof=f"{row.status} {row.updated}",
            stands_for=LAG,
        )
