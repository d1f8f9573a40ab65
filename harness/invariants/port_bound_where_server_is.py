"""A port is on the host of its server."""

from collections.abc import Iterator

from harness.accounting.makers import makers
from harness.accounting.ports import is_of_nova
from harness.accounting.transitions import in_flight
from harness.core.rules.invariant import Breach, Circumstances, Doubt, invariant
from harness.core.rules.origin import Origin
from harness.core.views.snapshot import Snapshot
from harness.sources.ports import Port
from harness.sources.servers import Server


@invariant("ports", "servers", "hypervisors", "migrations", "services", beside=("projects",))
def port_bound_where_server_is(
    snapshot: Snapshot, circumstances: Circumstances
) -> Iterator[Breach | Doubt]:
    """A port of a server that is on a host is bound to that host, or to none.

    Each move binds the ports anew at its end (nova/network/neutron.py:
    _update_port_binding_for_instance), and shelving unbinds them when it gives up the host. A port
    that is bound elsewhere has no connection. What is bound to no host is not judged, nor a server
    in ERROR, nor one of a bare metal node, whose ports are bound to the node.
    """
    servers = snapshot["servers"].by_key()
    kinds = {name: node.kind for node in snapshot["hypervisors"] for name in (node.node, node.host)}
    changing, who = in_flight(snapshot, circumstances), makers(snapshot, circumstances)
    for port in snapshot["ports"]:
        server = servers.get(port.device)
        if server is None or not _astray(port, server):
            continue
        kind = kinds.get(server.host) or kinds.get(server.node)
        if server.uuid in changing:
            yield _doubt(port, server, f"it is {changing[server.uuid]}", passing=True)
        elif kind is None:
            yield _doubt(port, server, f"nova lists no compute node of {server.host}")
        elif kind != "ironic":
            owner = who.of("ports", port.key, port.name, port.project).text
            yield Breach(
                port.uuid,
                port.host,
                _text(port, server, "nothing moves it"),
                _views(port, server),
                origin=Origin.CLOUD_LOST,
                owner=owner,
            )


def _astray(port: Port, server: Server) -> bool:
    resting = server.host and server.vm_state not in ("error", "deleted")
    return bool(is_of_nova(port) and resting and port.host and port.host != server.host)


def _doubt(port: Port, server: Server, reason: str, passing: bool = False) -> Doubt:
    text = _text(port, server, reason)
    return Doubt(port.uuid, port.host, text, _views(port, server), passing)


def _text(port: Port, server: Server, reason: str) -> str:
    return (
        f"port {port.name!r} ({port.uuid}) is bound to {port.host}, expected {server.host} where "
        f"server {server.name!r} ({server.uuid}) is {server.status}; {reason}"
    )


def _views(port: Port, server: Server) -> dict[str, str]:
    moving = f", migrating to {port.migrating_to}" if port.migrating_to else ""
    return {
        "ports": f"bound to {port.host}{moving}",
        "servers": f"{server.status} on {server.host}",
    }
