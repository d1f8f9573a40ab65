"""No ghost server."""

from collections.abc import Iterator

from harness.accounting.holdings import of_server
from harness.accounting.transitions import as_it_is, in_flight
from harness.accounting.whereabouts import KEPT
from harness.accounting.whose import TELLING, WhoMade, who_made
from harness.core.rules.invariant import Breach, Circumstances, Doubt, invariant
from harness.core.rules.origin import Origin
from harness.core.views.snapshot import Snapshot
from harness.sources.servers import Server


@invariant("servers", "domains", "hypervisors", "migrations", "services", beside=TELLING)
def server_has_domain(snapshot: Snapshot, circumstances: Circumstances) -> Iterator[Breach | Doubt]:
    """Every server that nova keeps on a libvirt host has its domain there.

    Nova never heals this: its power sync only warns that the instance is unexpectedly not found
    (nova/compute/manager.py: _sync_instance_power_state). A server in ERROR may have lost its
    domain; ``no_server_in_error`` speaks of it.
    """
    kinds = {node.host: node.has_domains for node in snapshot["hypervisors"]}
    metal = {node.node for node in snapshot["hypervisors"] if not node.has_domains}
    domains = snapshot["domains"]
    places: dict[str, list[str]] = {}
    for domain in domains:
        places.setdefault(domain.uuid, []).append(domain.host)
    changing, who = in_flight(snapshot, circumstances), who_made(snapshot, circumstances)
    for server in snapshot["servers"]:
        if not server.host or server.vm_state not in KEPT:
            continue
        if server.host not in kinds:
            if server.node not in metal:
                yield _unlisted(server)
            continue
        found = places.get(server.uuid, [])
        seen = kinds[server.host] and domains.gap(server.host) is None
        if seen and server.host not in found:
            yield _ghost(server, found, changing.get(server.uuid), who)


def _unlisted(server: Server) -> Doubt:
    return Doubt(
        server.uuid,
        server.host,
        f"server {server.name!r} ({server.uuid}) is on {server.host}, which is no hypervisor that "
        "nova lists, so that its domain cannot be looked for",
        {"servers": f"{server.status} on {server.host}", "hypervisors": "no such host"},
    )


def _ghost(server: Server, elsewhere: list[str], task: str | None, who: WhoMade) -> Breach | Doubt:
    found = f"found on {', '.join(elsewhere)} instead" if elsewhere else "none on any host seen"
    views = {"servers": f"{server.status} on {server.host}", "domains": found}
    if task:
        message = f"server {server.uuid} is {task} and has no domain on {server.host} just now"
        return Doubt(server.uuid, server.host, message, views, passing=True)
    return Breach(
        server.uuid,
        server.host,
        f"server {server.name!r} ({server.uuid}) is {server.status} on {server.host}, expected "
        f"domain {server.domain_name} there, {found}"
        + (f"; task {server.task} is not being worked on" if server.task else ""),
        views,
        origin=Origin.CLOUD_LOST,
        owner=who(server.uuid).text,
        amounts=of_server(server),
        proof=as_it_is(server),
    )
