"""No domain that its next stop takes away."""

from collections.abc import Iterator

from harness.accounting.holdings import of_server
from harness.accounting.transitions import as_it_is, in_flight
from harness.accounting.whose import TELLING, who_made
from harness.core.invariant import Breach, Circumstances, Doubt, invariant
from harness.core.origin import Origin
from harness.core.snapshot import Snapshot


@invariant("domains", "servers", "migrations", "services", beside=TELLING)
def domain_is_persistent(
    snapshot: Snapshot, circumstances: Circumstances
) -> Iterator[Breach | Doubt]:
    """The domain of a server that rests is defined in libvirt, so that it outlives a stop.

    Nova undefines a domain only to delete it or to define it anew, and a live migration persists it
    at its end (nova/virt/libvirt/guest.py: VIR_MIGRATE_PERSIST_DEST). One that runs without a
    definition is gone with its process, and leaves a server without a domain.
    """
    servers = snapshot["servers"].by_key()
    changing, who = in_flight(snapshot, circumstances), who_made(snapshot, circumstances)
    for domain in snapshot["domains"]:
        server = servers.get(domain.uuid)
        if domain.persistent or server is None or server.host != domain.host:
            continue
        views = {
            "domains": f"{domain.state}, transient, on {domain.host}",
            "servers": f"{server.status} on {server.host}",
        }
        if server.uuid in changing:
            message = f"server {server.uuid} is {changing[server.uuid]}, its domain is transient"
            yield Doubt(server.uuid, server.host, message, views, passing=True)
        else:
            yield Breach(
                server.uuid,
                server.host,
                f"domain {domain.name} of server {server.name!r} ({server.uuid}) is {domain.state} "
                f"on {domain.host} and transient, expected it to be defined: it will be gone when "
                "it stops",
                views,
                origin=Origin.CLOUD_LOST,
                owner=who(server.uuid).text,
                amounts=of_server(server),
                proof=as_it_is(server),
            )
