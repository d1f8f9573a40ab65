"""No server in ERROR."""

from collections.abc import Iterator

from harness.accounting.holdings import of_server
from harness.accounting.transitions import in_flight
from harness.accounting.whose import TELLING, who_made
from harness.core.rules.invariant import Breach, Circumstances, Doubt, invariant
from harness.core.views.snapshot import Snapshot


@invariant("servers", "migrations", "services", beside=TELLING)
def no_server_in_error(
    snapshot: Snapshot, circumstances: Circumstances
) -> Iterator[Breach | Doubt]:
    """No server is in ERROR."""
    projects = snapshot["projects"]
    names, gone = projects.by_key(), "" if projects.gap() else "the gone "
    changing, who = in_flight(snapshot, circumstances), who_made(snapshot, circumstances)
    for server in snapshot["servers"]:
        if server.status != "ERROR":
            continue
        project = names.get(server.project)
        owner = f"project {project.name!r}" if project else f"{gone}project {server.project}"
        views = {"servers": f"ERROR, fault: {server.fault or 'none given'}", "projects": owner}
        maker = who(server.uuid)
        if server.uuid in changing:
            message = f"server {server.uuid} is in ERROR and {changing[server.uuid]}"
            yield Doubt(server.uuid, server.host, message, views, passing=True)
        else:
            yield Breach(
                server.uuid,
                server.host,
                f"server {server.name!r} ({server.uuid}) of {owner} is in ERROR on "
                f"{server.host or 'no host'}, expected none; fault: {server.fault or 'none given'}",
                views,
                origin=maker.origin,
                owner=maker.text,
                amounts=of_server(server),
            )
