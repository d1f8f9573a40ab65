"""No split brain."""

from collections.abc import Iterator

from harness.accounting.holdings import of_domain
from harness.accounting.transitions import (
    as_it_is,
    awaiting_cleanup,
    in_flight,
    under_way,
)
from harness.accounting.whose import TELLING, WhoMade, who_made
from harness.core.rules.invariant import Breach, Circumstances, Doubt, invariant
from harness.core.rules.origin import Origin
from harness.core.views.snapshot import Snapshot
from harness.sources.domains import Domain
from harness.sources.servers import Server


@invariant("domains", "servers", "migrations", "services", beside=TELLING)
def domain_on_one_host(
    snapshot: Snapshot, circumstances: Circumstances
) -> Iterator[Breach | Doubt]:
    """A server's domain lies on the host that nova gives for the server, and on no other.

    Both ends of an unfinished move may have one; the source keeps it shut off until a resize is
    confirmed (nova/virt/libvirt/driver.py: migrate_disk_and_power_off). Of an evacuated server the
    failed host keeps one, shut off at best, until its nova-compute starts.
    """
    servers = snapshot["servers"].by_key()
    waits = awaiting_cleanup(snapshot)
    ends = {(m.server, host) for m in under_way(snapshot, circumstances) for host in m.hosts}
    changing, who = in_flight(snapshot, circumstances), who_made(snapshot, circumstances)
    for domain in snapshot["domains"]:
        server = servers.get(domain.uuid)
        if server is None or not server.host or domain.host == server.host:
            continue
        left = domain.host in waits.get(server.uuid, set())
        if server.uuid in changing:
            views, text = _told(domain, server, f"it is {changing[server.uuid]}")
            yield Doubt(domain.uuid, domain.host, text, views, passing=True)
        elif (server.uuid, domain.host) in ends or left:
            if domain.active:
                reason = "it runs where at most a shut off copy may lie"
                yield _breach(domain, server, reason, who)
        else:
            yield _breach(domain, server, "no unfinished move joins the two hosts", who)


def _breach(domain: Domain, server: Server, reason: str, who: WhoMade) -> Breach:
    views, text = _told(domain, server, reason)
    return Breach(
        domain.uuid,
        domain.host,
        text,
        views,
        origin=Origin.CLOUD_LOST,
        owner=who(server.uuid).text,
        amounts=of_domain(domain),
        proof=as_it_is(server),
    )


def _told(domain: Domain, server: Server, reason: str) -> tuple[dict[str, str], str]:
    views = {
        "domains": f"{domain.state} on {domain.host}",
        "servers": f"{server.status} on {server.host}",
    }
    text = (
        f"domain {domain.name} ({domain.uuid}) is {domain.state} on {domain.host}, expected only "
        f"on {server.host} where server {server.name!r} is {server.status}; {reason}"
    )
    return views, text
