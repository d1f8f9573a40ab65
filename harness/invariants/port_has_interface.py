"""No port of a running server without its interface."""

from collections.abc import Iterator

from harness.accounting.makers import makers
from harness.accounting.ports import INTERFACE, START, is_of_nova
from harness.accounting.transitions import as_it_is, in_flight
from harness.core.rules.invariant import Breach, Circumstances, Doubt, invariant
from harness.core.rules.origin import Origin
from harness.core.views.snapshot import Snapshot
from harness.sources.ports import Port
from harness.sources.servers import Server

_PLUGGED = frozenset({"ovs", "bridge", "tap"})
"""Types of binding (nova/network/model.py: VIF_TYPE_…) for which nova or libvirt makes a tap."""
_RUNNING = frozenset({"active", "paused", "rescued", "resized"})
_HOTPLUG = 60.0
"""Seconds that nova may take to plug a port of a running server, or to give up one that it has
unplugged: it shows neither as a task."""


@invariant(
    "ports",
    "host_interfaces",
    "domains",
    *("servers", "migrations", "services"),
    also=("ovs_interfaces",),
    beside=("projects",),
)
def port_has_interface(
    snapshot: Snapshot, circumstances: Circumstances
) -> Iterator[Breach | Doubt]:
    """Every port that is bound to the host of its running server has its interface there.

    Nova binds a port that is attached to a running server, and then plugs it (nova/compute/
    manager.py: _attach_interface); it names the tap by the port's uuid (nova/network/neutron.py:
    _build_vif_model; nova/network/model.py: NIC_NAME_LEN). A port without one has an address, is
    said to be the server's, and has no connection before the next hard reboot.
    """
    servers, interfaces = snapshot["servers"].by_key(), snapshot["host_interfaces"]
    running = {(row.uuid, row.host) for row in snapshot["domains"] if row.active}
    plugged, changing = _plugged(snapshot), in_flight(snapshot, circumstances)
    with_any, who = {host for host, _ in plugged}, makers(snapshot, circumstances)
    for port in snapshot["ports"]:
        server = servers.get(port.device)
        if server is None or not _is_to_have_one(port, server):
            continue
        unseen = interfaces.gap(port.host) or snapshot["ovs_interfaces"].gap(port.host)
        if unseen is not None or (server.uuid, port.host) not in running:
            continue
        if (port.host, port.uuid[:START]) in plugged:
            continue
        if server.uuid in changing:
            yield _doubt(port, server, f"it is {changing[server.uuid]}", passing=True)
        elif port.host not in with_any:
            yield _doubt(port, server, "and neither has any other; is it nova's network?")
        else:
            owner = who.of("ports", port.key, port.name, port.project).text
            yield _breach(port, server, owner)


def _plugged(snapshot: Snapshot) -> set[tuple[str, str]]:
    """Return host and start of a port's uuid, for each interface that is named after a port, and
    each that the switch knows to be a port's."""
    found = {
        (row.host, row.name[3:])
        for row in snapshot["host_interfaces"]
        if INTERFACE.fullmatch(row.name)
    }
    return found | {(row.host, row.port[:START]) for row in snapshot["ovs_interfaces"] if row.port}


def _is_to_have_one(port: Port, server: Server) -> bool:
    here = port.host == server.host and server.vm_state in _RUNNING
    return here and is_of_nova(port) and port.vnic_type == "normal" and port.vif_type in _PLUGGED


def _doubt(port: Port, server: Server, reason: str, passing: bool = False) -> Doubt:
    text = f"{_text(port, server)}: {reason}"
    return Doubt(port.uuid, port.host, text, _views(port, server), passing)


def _breach(port: Port, server: Server, owner: str) -> Breach:
    return Breach(
        port.uuid,
        port.host,
        f"{_text(port, server)}, expected tap{port.uuid[:START]} or the like",
        _views(port, server),
        origin=Origin.CLOUD_LOST,
        owner=owner,
        proof=f"{as_it_is(server)} {port.updated} {port.status}",
        stands_for=_HOTPLUG,
    )


def _text(port: Port, server: Server) -> str:
    return (
        f"port {port.name!r} ({port.uuid}) is bound to {port.host} ({port.vif_type}), where server "
        f"{server.name!r} ({server.uuid}) is {server.status} and runs, and has no interface there"
    )


def _views(port: Port, server: Server) -> dict[str, str]:
    return {
        "ports": f"bound to {port.host} ({port.vif_type}), {port.status}",
        "servers": f"{server.status} on {server.host}",
        "host_interfaces": f"no tap{port.uuid[:START]}",
    }
