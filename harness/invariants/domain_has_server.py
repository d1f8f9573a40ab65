"""No orphan domain."""

from collections.abc import Iterator

from harness.accounting.transitions import in_flight
from harness.core.invariant import Breach, Circumstances, Doubt, invariant
from harness.core.snapshot import Snapshot
from harness.sources.domains import Domain
from harness.sources.servers import Server

_NOWHERE = frozenset({"shelved_offloaded", "deleted"})


@invariant("domains", "servers", "hypervisors", "migrations", "services")
def domain_has_server(snapshot: Snapshot, circumstances: Circumstances) -> Iterator[Breach | Doubt]:
    """Every libvirt domain on a compute host belongs to a server that nova keeps on a host.

    Since nova 22 an orphan is in no tracker row: it shows only here and in the host's real memory
    (nova commit 8aea747c97 took the orphans out of the resource tracker).
    """
    servers = snapshot["servers"].by_key()
    listed = {uuid for node in snapshot["hypervisors"] for uuid in node.servers}
    changing = in_flight(snapshot, circumstances)
    for domain in snapshot["domains"]:
        server = servers.get(domain.uuid)
        if server is None:
            if domain.uuid not in listed:
                yield _unknown(domain)
        elif not server.host or server.vm_state in _NOWHERE:
            yield _nowhere(domain, server, changing.get(server.uuid))


def _unknown(domain: Domain) -> Breach:
    maker = (
        "it carries no nova metadata, so something other than nova made it"
        if domain.server_name is None
        else f"nova made it for a server named {domain.server_name!r}"
    )
    return Breach(
        domain.uuid,
        domain.host,
        f"domain {domain.name} ({domain.uuid}) is {domain.state} on {domain.host}, expected a "
        f"server with that uuid, nova lists none; {maker}",
        _views(domain, "no such server"),
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
    )


def _views(domain: Domain, servers: str) -> dict[str, str]:
    return {"domains": f"{domain.name} {domain.state} on {domain.host}", "servers": servers}
