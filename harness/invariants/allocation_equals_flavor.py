"""Placement holds for each server just what its flavor promises, where the server lies."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from harness.accounting.flavor_usage import COMPARED, promised
from harness.accounting.holdings import beyond, by_node, total
from harness.accounting.transitions import as_it_is, awaiting_cleanup, in_flight
from harness.accounting.whose import TELLING, who_made
from harness.core.rules.invariant import Breach, Circumstances, Doubt, invariant
from harness.core.rules.origin import Origin
from harness.core.views.snapshot import Snapshot
from harness.sources.allocations import Allocation
from harness.sources.servers import Server


@invariant("allocations", "servers", "migrations", "services", "hypervisors", beside=TELLING)
def allocation_equals_flavor(
    snapshot: Snapshot, circumstances: Circumstances
) -> Iterator[Breach | Doubt]:
    """What placement holds for a server is what its flavor asks for, on the server's host only.

    A server that lies on no host (shelved and offloaded, or failed before it had one) holds
    nothing. Rule: nova/scheduler/utils.py: ResourceRequest. Neither nova's audit nor
    ``nova-manage placement heal_allocations`` sees a wrong amount.
    """
    held = snapshot["allocations"]
    hosts = {node.node: node.host for node in snapshot["hypervisors"]}
    changing, waits = in_flight(snapshot, circumstances), awaiting_cleanup(snapshot)
    who = who_made(snapshot, circumstances)
    for server in snapshot["servers"]:
        theirs, left = held.having("consumer", server.uuid), waits.get(server.uuid)
        if left:
            left = left - {server.host}
            theirs = [item for item in theirs if hosts.get(item.provider_name) not in left]
        wrong = list(_compare(server, theirs, hosts))
        if wrong and server.uuid in changing:
            yield _doubt(server, changing[server.uuid])
        else:
            owner = who(server.uuid).text if wrong else ""
            yield from (replace(breach, owner=owner) for breach in wrong)


def _compare(
    server: Server, held: Sequence[Allocation], hosts: Mapping[str, str]
) -> Iterator[Breach]:
    away = [item for item in held if not _at_home(item, server, hosts)]
    if not server.host or server.vm_state in ("shelved_offloaded", "deleted"):
        away = list(held)
    for item in by_node(away):
        where = f"on {server.host}" if server.host else "on no host"
        host = hosts.get(item.provider_name, "")
        place = host or f"resource provider {item.provider_name}"
        yield _breach(server, host, item.resources, {}, f"nothing for it on {place}", where)
    here = [item for item in held if item not in away]
    everything = total(here)
    amounts = {name: everything[name] for name in COMPARED if everything.get(name)}
    answers = promised(server.flavor, server.boots_from_volume)
    if here and amounts not in answers:
        expected = " or ".join(_text(answer) for answer in answers)
        expected += f" for it on {server.host}"
        yield _breach(server, server.host, amounts, answers[0], expected, f"on {server.host}")


def _at_home(item: Allocation, server: Server, hosts: Mapping[str, str]) -> bool:
    """Tell whether an allocation is against the server's own node.

    By the node's name: ironic's nodes change the host while their servers keep the old one
    (nova/virt/ironic/driver.py: rebalances_nodes). A provider that is no compute node is a sharing
    one, which has disk alone, and counts for the server's own.
    """
    if item.provider_name == server.node:
        return True
    if item.provider_name in hosts:
        return not server.node and hosts[item.provider_name] == server.host
    return not {"VCPU", "PCPU", "MEMORY_MB"} & set(item.resources)


def _breach(
    server: Server,
    host: str,
    held: Mapping[str, int],
    right: Mapping[str, int],
    expected: str,
    where: str,
) -> Breach:
    amounts = _text(held)
    return Breach(
        server.uuid,
        host,
        f"server {server.name!r} ({server.uuid}) is {server.status} {where}, expected placement to "
        f"hold {expected}, it holds {amounts}",
        {"allocations": f"{amounts} on {host}", "servers": f"{server.status} {where}"},
        origin=Origin.CLOUD_LOST,
        amounts=beyond(held, right),
        proof=f"{as_it_is(server)} {amounts}",
    )


def _doubt(server: Server, task: str) -> Doubt:
    return Doubt(
        server.uuid,
        server.host,
        f"server {server.uuid} is {task}: its allocation changes",
        {"servers": f"{server.status}, {task}"},
        passing=True,
    )


def _text(resources: Mapping[str, int]) -> str:
    pairs = sorted(resources.items())
    return ", ".join(f"{name} {amount}" for name, amount in pairs) or "nothing"
