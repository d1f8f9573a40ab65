"""No port of a dead server."""

from collections.abc import Iterator

from harness.accounting.cloud_clock import cloud_now, unchanged_for
from harness.accounting.makers import makers
from harness.accounting.ports import was_for_a_server
from harness.accounting.whose import TELLING
from harness.core.rules.invariant import Breach, Circumstances, Doubt, invariant
from harness.core.rules.origin import Origin
from harness.core.views.snapshot import Snapshot
from harness.sources.ports import Port

_FRESH = 10.0
"""Seconds after a change of a port in which its server may be newer than the list of servers."""


@invariant("ports", "servers", "services", beside=TELLING)
def port_has_device(snapshot: Snapshot, circumstances: Circumstances) -> Iterator[Breach | Doubt]:
    """Every port that nova uses for a server has a server that nova lists.

    Nova unbinds or deletes the ports before it deletes the server, and does not come back when
    neutron did not answer (nova/network/neutron.py: deallocate_for_instance). Such a port keeps its
    address for ever. Whoever wrote the device in capitals wrote the same one.
    """
    servers, deleted = snapshot["servers"].by_key(), snapshot["deleted_servers"].by_key()
    who, now = makers(snapshot, circumstances), cloud_now(snapshot)
    for port in snapshot["ports"]:
        if not was_for_a_server(port, deleted) or port.device.lower() in servers:
            continue
        text = (
            f"port {port.name!r} ({port.uuid}) is of server {port.device}, as its {_mark(port)}, "
            "expected a server with that uuid; nova lists none"
        )
        views = {
            "ports": f"device {port.device}, {port.status or 'no status'} on "
            f"{port.host or 'no host'}",
            "servers": "no such server",
        }
        age = unchanged_for(port, now)
        if age is not None and age < _FRESH:
            message = f"{text}, but the port changed {max(age, 0):.0f} s ago"
            yield Doubt(port.uuid, port.host, message, views, passing=True)
        else:
            yield _lost(port, text, views, who.of("ports", port.key, port.name, port.project).text)


def _mark(port: Port) -> str:
    return f"owner {port.owner} says" if port.owner else "device says, which nova has deleted"


def _lost(port: Port, text: str, views: dict[str, str], owner: str) -> Breach:
    return Breach(port.uuid, port.host, text, views, origin=Origin.CLOUD_LOST, owner=owner)
