"""No port is bound to a second host."""

from collections.abc import Iterator

from harness.accounting.makers import makers
from harness.accounting.ports import is_of_nova
from harness.accounting.transitions import in_flight, under_way
from harness.core.rules.invariant import Breach, Circumstances, Doubt, invariant
from harness.core.rules.origin import Origin
from harness.core.views.snapshot import Snapshot
from harness.sources.bindings import Binding
from harness.sources.ports import Port


@invariant("bindings", "ports", "servers", "migrations", "services", beside=("projects",))
def port_bound_once(snapshot: Snapshot, circumstances: Circumstances) -> Iterator[Breach | Doubt]:
    """A port is bound to a second host only while a move joins its server to that host.

    A live migration binds the ports on its destination first, inactive, and takes away the binding
    of the host that the server did not stay on (nova/compute/manager.py:
    _rollback_live_migration, _post_live_migration_update_host); a resize between cells keeps that
    of the source until it is confirmed. When neutron does not answer then, nova does not try again.
    Such a binding makes the next move to that host fail. A port whose server is gone is left to
    port_has_device.
    """
    ports, servers = snapshot["ports"].by_key(), snapshot["servers"].by_key()
    ends = {(m.server, host) for m in under_way(snapshot, circumstances) for host in m.hosts}
    changing, who = in_flight(snapshot, circumstances), makers(snapshot, circumstances)
    for binding in snapshot["bindings"]:
        port = ports.get(binding.port)
        if port is None or (port.device and not (is_of_nova(port) and port.device in servers)):
            continue
        text = _text(binding, port)
        views = {
            "bindings": f"{binding.status} on {binding.host}",
            "ports": f"active on {port.host or 'no host'}",
        }
        if port.device in changing:
            message = f"{text}; server {port.device} is {changing[port.device]}"
            yield Doubt(port.uuid, binding.host, message, views, passing=True)
        elif (port.device, binding.host) not in ends:
            yield Breach(
                port.uuid,
                binding.host,
                f"{text}; no unfinished move joins it to that host",
                views,
                origin=Origin.CLOUD_LOST,
                owner=who.of("ports", port.key, port.name, port.project).text,
            )


def _text(binding: Binding, port: Port) -> str:
    user = f"server {port.device}" if port.device else "no server"
    return (
        f"port {port.name!r} ({port.uuid}) of {user} has a binding on {binding.host} that is "
        f"{binding.status}, expected one on {port.host or 'no host'} only"
    )
