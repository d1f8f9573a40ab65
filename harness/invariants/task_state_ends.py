"""No server is left in the middle of something."""

from collections.abc import Iterator

from harness.accounting.cloud_clock import cloud_now, seconds_since
from harness.accounting.holdings import of_server
from harness.accounting.transitions import doing, down_hosts, in_flight
from harness.accounting.whose import TELLING, who_made
from harness.core.rules.invariant import Breach, Circumstances, Doubt, invariant
from harness.core.rules.origin import Origin
from harness.core.views.snapshot import Snapshot
from harness.sources.servers import Server


@invariant("servers", "services", "migrations", beside=TELLING)
def task_state_ends(snapshot: Snapshot, circumstances: Circumstances) -> Iterator[Breach | Doubt]:
    """Whatever nova does with a server, it ends: no task is left behind by a service that died.

    A task state is cleared by nova-compute only when it starts (nova/compute/manager.py:
    _init_instance); until then even a second DELETE is ignored.
    """
    changing, down = in_flight(snapshot, circumstances), down_hosts(snapshot)
    who = who_made(snapshot, circumstances)
    for server in snapshot["servers"]:
        task = doing(server)
        if not task:
            continue
        if server.uuid in changing:
            message = f"server {server.uuid} is {task}"
            yield Doubt(server.uuid, server.host, message, _views(server, task), passing=True)
        else:
            dead = server.host in down
            yield _stuck(server, task, dead, cloud_now(snapshot), who(server.uuid).text)


def _stuck(server: Server, task: str, dead: bool, moment: float, owner: str) -> Breach:
    age = seconds_since(server.updated, moment)
    since = f"for {age:.0f} s" if age is not None else "for an unknown time"
    why = (
        f"nova-compute on {server.host} does not report, so nobody ends it"
        if dead
        else "which is longer than a task may take"
    )
    return Breach(
        server.uuid,
        server.host,
        f"server {server.name!r} ({server.uuid}) on {server.host or 'no host'} has been {task} "
        f"{since}, expected the task to end; {why}",
        {**_views(server, task), "services": "down" if dead else "up"},
        origin=Origin.CLOUD_LOST,
        owner=owner,
        amounts=of_server(server),
        proof=f"{task} {server.updated}",
    )


def _views(server: Server, task: str) -> dict[str, str]:
    return {"servers": f"{server.status}, {task}, unchanged since {server.updated or 'unknown'}"}
