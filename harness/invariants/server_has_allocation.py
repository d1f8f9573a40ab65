"""No server that placement does not know of."""

from collections.abc import Iterator

from harness.accounting.transitions import as_it_is, in_flight
from harness.accounting.whose import TELLING, who_made
from harness.core.rules.invariant import Breach, Circumstances, Doubt, invariant
from harness.core.rules.origin import Origin
from harness.core.views.snapshot import Snapshot

_WITHOUT = frozenset({"building", "deleted", "shelved_offloaded"})


@invariant("servers", "allocations", "hypervisors", "migrations", "services", beside=TELLING)
def server_has_allocation(
    snapshot: Snapshot, circumstances: Circumstances
) -> Iterator[Breach | Doubt]:
    """Every server on a host has an allocation against that host's resource provider.

    Without one the scheduler hands the same room out twice; ``nova-manage placement
    heal_allocations`` puts it back, nova itself does not.
    """
    nodes = {node.node: node.host for node in snapshot["hypervisors"]}
    where: dict[str, set[str]] = {}
    for allocation in snapshot["allocations"]:
        where.setdefault(allocation.consumer, set()).add(allocation.provider_name)
    changing, who = in_flight(snapshot, circumstances), who_made(snapshot, circumstances)
    for server in snapshot["servers"]:
        names = where.get(server.uuid, set())
        hosts = {nodes.get(name, name) for name in names}
        if not server.host or server.vm_state in _WITHOUT or server.host in hosts | names:
            continue
        if server.node in names:
            continue
        found = f"only against {', '.join(sorted(hosts))}" if hosts else "none"
        views = {"servers": f"{server.status} on {server.host}", "allocations": found}
        if server.uuid in changing:
            message = f"server {server.uuid} is {changing[server.uuid]}: its allocation moves"
            yield Doubt(server.uuid, server.host, message, views, passing=True)
        else:
            yield Breach(
                server.uuid,
                server.host,
                f"server {server.name!r} ({server.uuid}) is {server.status} on {server.host}, "
                f"expected an allocation against {server.host}, placement holds {found}",
                views,
                origin=Origin.CLOUD_LOST,
                owner=who(server.uuid).text,
                proof=as_it_is(server),
            )
