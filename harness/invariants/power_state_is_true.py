"""What nova says of a server's power is so."""

from collections.abc import Iterator

from harness.accounting.power import HEALED, RIGHT, UNSETTLED
from harness.accounting.transitions import as_it_is, down_hosts, in_flight
from harness.accounting.whose import TELLING, who_made
from harness.core.rules.invariant import Breach, Circumstances, Doubt, invariant
from harness.core.rules.origin import Healing, Origin
from harness.core.views.snapshot import Snapshot
from harness.sources.domains import Domain
from harness.sources.servers import Server


@invariant("servers", "domains", "migrations", "services", beside=TELLING)
def power_state_is_true(
    snapshot: Snapshot, circumstances: Circumstances
) -> Iterator[Breach | Doubt]:
    """The domain of a server that rests runs, is paused or is shut off as nova says of the server.

    Nova's power sync stops a server whose domain is off, and a domain whose server is stopped; all
    else it leaves as it is (nova/compute/manager.py: _sync_instance_power_state). A domain that is
    missing is no matter of this rule.
    """
    domains = {(domain.uuid, domain.host): domain for domain in snapshot["domains"]}
    changing, down = in_flight(snapshot, circumstances), down_hosts(snapshot)
    who = who_made(snapshot, circumstances)
    for server in snapshot["servers"]:
        domain = domains.get((server.uuid, server.host))
        if domain is None or domain.state in RIGHT.get(server.vm_state, {domain.state}):
            continue
        if server.uuid in changing:
            yield _doubt(server, domain, f"it is {changing[server.uuid]}")
        elif domain.state in UNSETTLED:
            yield _doubt(server, domain, "libvirt is about to change it")
        else:
            healing = None if server.host in down else _healing(server, domain, circumstances)
            yield _lie(server, domain, healing, who(server.uuid).text)


def _healing(server: Server, domain: Domain, circumstances: Circumstances) -> Healing | None:
    within = circumstances.power_sync_interval
    if within <= 0 or domain.state not in HEALED.get(server.vm_state, frozenset()):
        return None
    return Healing("nova's power sync (sync_power_state_interval)", within)


def _views(server: Server, domain: Domain) -> dict[str, str]:
    return {
        "servers": f"{server.status} on {server.host}",
        "domains": f"{domain.state} on {domain.host}",
    }


def _doubt(server: Server, domain: Domain, reason: str) -> Doubt:
    message = f"server {server.uuid} is {server.status}, its domain is {domain.state}: {reason}"
    return Doubt(server.uuid, server.host, message, _views(server, domain), passing=True)


def _lie(server: Server, domain: Domain, healing: Healing | None, owner: str) -> Breach:
    right = " or ".join(sorted(RIGHT[server.vm_state]))
    return Breach(
        server.uuid,
        server.host,
        f"server {server.name!r} ({server.uuid}) is {server.status} on {server.host}, expected its "
        f"domain {domain.name} to be {right}, it is {domain.state}",
        _views(server, domain),
        healing=healing,
        origin=Origin.CLOUD_LOST,
        owner=owner,
        proof=f"{as_it_is(server)} {domain.state}",
    )
