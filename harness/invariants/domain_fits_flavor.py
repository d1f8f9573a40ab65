"""No guest that is larger than it was paid for."""

from collections.abc import Iterator

from harness.accounting.holdings import amounts
from harness.accounting.transitions import as_it_is, in_flight
from harness.accounting.whose import TELLING, who_made
from harness.core.rules.invariant import Breach, Circumstances, Doubt, invariant
from harness.core.rules.origin import Origin
from harness.core.views.snapshot import Snapshot
from harness.sources.domains import Domain
from harness.sources.servers import Server


@invariant("domains", "servers", "migrations", "services", beside=TELLING)
def domain_fits_flavor(
    snapshot: Snapshot, circumstances: Circumstances
) -> Iterator[Breach | Doubt]:
    """The domain of a server that rests has no more CPUs and memory than the server's flavor.

    Nova makes the domain of the flavor (nova/virt/libvirt/driver.py: _get_guest_config), and the
    tracker, placement and quotas count the flavor: what the domain has more nobody counts. A
    domain that is smaller harms its owner alone, and libvirt may round sizes; it is not judged.
    """
    servers = snapshot["servers"].by_key()
    changing, who = in_flight(snapshot, circumstances), who_made(snapshot, circumstances)
    for domain in snapshot["domains"]:
        server = servers.get(domain.uuid)
        if server is None or server.host != domain.host or not (more := _more(domain, server)):
            continue
        has = f"{domain.vcpus} vCPUs and {domain.memory_mb} MB"
        promised = f"{server.flavor.vcpus} vCPUs and {server.flavor.ram} MB"
        views = {"domains": f"{has} on {domain.host}", "servers": f"{promised}, {server.status}"}
        if doing := changing.get(server.uuid):
            text = f"server {server.uuid} is {doing}; its domain has {has}, its flavor {promised}"
            yield Doubt(server.uuid, server.host, text, views, passing=True)
        else:
            yield Breach(
                server.uuid,
                server.host,
                f"domain {domain.name} of server {server.name!r} ({server.uuid}) has {has} on "
                f"{domain.host}, expected at most its flavor's {promised}",
                views,
                origin=Origin.CLOUD_LOST,
                owner=who(server.uuid).text,
                amounts=more if domain.active else {},
                proof=f"{has} {as_it_is(server)}",
            )


def _more(domain: Domain, server: Server) -> dict[str, int]:
    """Return what a domain has more than the flavor; what libvirt did not say is not judged."""
    flavor = server.flavor
    vcpus = flavor.vcpus if domain.vcpus is None else domain.vcpus
    memory = flavor.ram if domain.memory_mb is None else domain.memory_mb
    return amounts(vcpus - flavor.vcpus, memory - flavor.ram)
