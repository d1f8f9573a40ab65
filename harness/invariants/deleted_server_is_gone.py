"""No server is half deleted."""

from collections.abc import Iterator

from harness.accounting.transitions import as_it_is, in_flight
from harness.accounting.whose import TELLING, who_made
from harness.core.rules.invariant import Breach, Circumstances, Doubt, invariant
from harness.core.rules.origin import Origin
from harness.core.views.snapshot import Snapshot
from harness.sources.servers import Server


@invariant("servers", "services", "migrations", beside=TELLING)
def deleted_server_is_gone(
    snapshot: Snapshot, circumstances: Circumstances
) -> Iterator[Breach | Doubt]:
    """A server that nova has deleted is not listed any more.

    The last steps of a delete are to save the state and then to take the row away
    (nova/compute/manager.py: _complete_deletion). A service that dies between the two leaves a row
    that no user can get rid of, until nova-compute on its host starts (_init_instance).
    """
    changing, who = in_flight(snapshot, circumstances), who_made(snapshot, circumstances)
    for server in snapshot["servers"]:
        if server.vm_state != "deleted":
            continue
        if server.uuid in changing:
            message = f"server {server.uuid} is {changing[server.uuid]} and deleted"
            yield Doubt(server.uuid, server.host, message, _views(server), passing=True)
        else:
            yield Breach(
                server.uuid,
                server.host,
                f"server {server.name!r} ({server.uuid}) on {server.host or 'no host'} is "
                f"{server.status}, vm_state deleted, expected it not to be listed any more",
                _views(server),
                origin=Origin.CLOUD_LOST,
                owner=who(server.uuid).text,
                proof=as_it_is(server),
            )


def _views(server: Server) -> dict[str, str]:
    return {"servers": f"{server.status} since {server.updated or 'unknown'}, still listed"}
