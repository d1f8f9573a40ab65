"""Placement holds for a resize just what the flavor asks for that it comes from."""

from collections.abc import Iterator

from harness.accounting.flavor_usage import COMPARED, promised
from harness.accounting.holdings import beyond, total
from harness.accounting.stored import old_flavors
from harness.accounting.transitions import as_it_is, in_flight
from harness.core.rules.invariant import Breach, Circumstances, Doubt, invariant
from harness.core.rules.origin import Origin
from harness.core.views.snapshot import Snapshot


@invariant("nova_instances", "servers", "migrations", "allocations", "services")
def resize_holds_old_flavor(
    snapshot: Snapshot, circumstances: Circumstances
) -> Iterator[Breach | Doubt]:
    """What placement holds for a resize that waits is what its old flavor asks for.

    The old flavor's part is the way back, and the move's uuid holds it on the source
    (nova/conductor/tasks/migrate.py: replace_allocation_with_migration). Which flavor that was no
    API tells.
    """
    old, servers = old_flavors(snapshot), snapshot["servers"].by_key()
    changing = in_flight(snapshot, circumstances)
    waiting = [m for m in snapshot["migrations"].having("status", "finished") if m.server in old]
    newest: dict[str, str] = {}
    for move in waiting:
        newest[move.server] = max(newest.get(move.server, ""), move.updated)
    for move in waiting:
        server, flavor = servers[move.server], old[move.server]
        held = total(snapshot["allocations"].having("consumer", move.uuid))
        seen = {name: held[name] for name in COMPARED if held.get(name)}
        answers = promised(flavor, server.boots_from_volume)
        if seen in answers or move.updated != newest[move.server]:
            continue
        views = {"allocations": _text(seen), "nova_instances": _text(answers[0])}
        if server.uuid in changing:
            text = f"server {server.uuid} is {changing[server.uuid]}: its allocation changes"
            yield Doubt(move.uuid, move.source_host, text, views, passing=True)
            continue
        yield Breach(
            move.uuid,
            move.source_host,
            f"resize {move.uuid} of server {server.name!r} ({server.uuid}) from {move.source_host} "
            f"waits, expected placement to hold {' or '.join(map(_text, answers))} for its old "
            f"flavor, it holds {_text(seen)}",
            views,
            origin=Origin.CLOUD_LOST,
            amounts=beyond(seen, answers[0]),
            proof=f"{as_it_is(server)} {_text(seen)}",
        )


def _text(resources: dict[str, int]) -> str:
    pairs = sorted(resources.items())
    return ", ".join(f"{name} {amount}" for name, amount in pairs) or "nothing"
