"""No orphan domain."""

from collections.abc import Iterator
from dataclasses import replace

from harness.accounting.holdings import of_domain
from harness.accounting.transitions import as_it_is, down_hosts, in_flight
from harness.accounting.whose import TELLING, who_made
from harness.core.rules.invariant import Breach, Circumstances, Doubt, invariant
from harness.core.rules.origin import Healing, Origin
from harness.core.views.snapshot import Snapshot
from harness.sources.domains import Domain
from harness.sources.servers import Server

_NOWHERE = frozenset({"shelved_offloaded", "deleted"})


@invariant("domains", "servers", "hypervisors", "migrations", "services", beside=TELLING)
def domain_has_server(snapshot: Snapshot, circumstances: Circumstances) -> Iterator[Breach | Doubt]:
    """Every libvirt domain on a compute host belongs to a server that nova keeps on a host.

    Since nova 22 an orphan is in no tracker row: it shows only here and in the host's real memory
    (nova commit 8aea747c97 took the orphans out of the resource tracker). While nova has the row of
    its server as deleted, the nova-compute of the host that it lies on destroys it, running or shut
    off (nova/compute/manager.py: _cleanup_running_deleted_instances).
    """
    servers = snapshot["servers"].by_key()
    listed = {uuid for node in snapshot["hypervisors"] for uuid in node.servers}
    changing, who = in_flight(snapshot, circumstances), who_made(snapshot, circumstances)
    deleted, reaper = snapshot["deleted_servers"].by_key(), _reaper(circumstances)
    down = down_hosts(snapshot)
    for domain in snapshot["domains"]:
        server = servers.get(domain.uuid)
        if server is None:
            if domain.uuid not in listed:
                known = domain.uuid in deleted
                healing = reaper if known and domain.host not in down else None
                yield _unknown(
                    domain, known, healing, who(domain.uuid, domain.server_name or "").text
                )
        elif not server.host or server.vm_state in _NOWHERE:
            said = _nowhere(domain, server, changing.get(server.uuid))
            yield replace(said, owner=who(server.uuid).text) if isinstance(said, Breach) else said


def _reaper(circumstances: Circumstances) -> Healing | None:
    """Return what destroys the domains of servers that nova deleted; none where it is off."""
    within = circumstances.reaper_interval
    by = "nova's reaper (running_deleted_instance_poll_interval)"
    return Healing(by, within) if within > 0 else None


def _unknown(domain: Domain, known: bool, healing: Healing | None, owner: str) -> Breach:
    lists = "nova knows it as deleted" if known else "nova lists none"
    maker = (
        "it carries no nova metadata, so something other than nova made it"
        if domain.server_name is None
        else f"nova made it for a server named {domain.server_name!r}"
    )
    return Breach(
        domain.uuid,
        domain.host,
        f"domain {domain.name} ({domain.uuid}) is {domain.state} on {domain.host}, expected a "
        f"server with that uuid, {lists}; {maker}",
        _views(domain, "deleted" if known else "no such server"),
        healing=healing,
        origin=Origin.FOREIGN if domain.server_name is None else Origin.CLOUD_LOST,
        owner=owner,
        amounts=of_domain(domain),
    )


def _nowhere(domain: Domain, server: Server, task: str | None) -> Breach | Doubt:
    says = f"{server.status} (vm_state {server.vm_state}), on {server.host or 'no host'}"
    if task:
        return Doubt(
            domain.uuid,
            domain.host,
            f"server {server.uuid} is {task} while its domain is on {domain.host}",
            _views(domain, says),
            passing=True,
        )
    return Breach(
        domain.uuid,
        domain.host,
        f"domain {domain.name} ({domain.uuid}) is {domain.state} on {domain.host}, expected none: "
        f"server {server.name!r} is {says}",
        _views(domain, says),
        origin=Origin.CLOUD_LOST,
        amounts=of_domain(domain),
        proof=as_it_is(server),
    )


def _views(domain: Domain, servers: str) -> dict[str, str]:
    return {"domains": f"{domain.name} {domain.state} on {domain.host}", "servers": servers}
