"""Ports that are bound to more hosts than one, where neutron has the extension "binding-extended".

Beside the active binding, which the list of ports tells, a port may have inactive ones on other
hosts: nova makes one on the host that a server is live-migrated to, and takes one of the two away
at the end (nova/conductor/tasks/live_migrate.py: _bind_ports_on_destination). Neutron lists the
bindings of one port at a time only, which would be a request for each port. But its filter
``binding:host_id`` finds a port by any of its bindings (neutron/plugins/ml2/plugin.py:
_ml2_port_result_filter_hook). So it is asked once for each compute host of nova's, and then for the
bindings of the few ports that came and are active elsewhere. What is bound to a host that nova does
not know is not seen here.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from msgspec import Struct

from harness.core.answers.shape import ShapeError, items, take, take_or_none
from harness.core.apis.neutron import listed, need_extension, rows_of
from harness.core.ports import Cloud, Unreachable, went
from harness.core.views.source import CloudSource

EXTENSION = "binding-extended"
_HOST = "binding:host_id"
_SERVICES = "2.69"


class Binding(Struct, frozen=True, gc=False):
    """A binding of a port to ``host`` beside its active one. ``status`` is as neutron names it."""

    port: str
    host: str
    status: str
    vif_type: str = ""

    @property
    def key(self) -> str:
        return f"{self.port}@{self.host}"


def read(cloud: Cloud) -> Any:
    """Ask for the ports of each compute host, then for the bindings of those active elsewhere.

    A port that went meanwhile has None. Raises Absent where a port has one binding only.
    """
    need_extension(cloud, EXTENSION)
    services = cloud.get(
        "compute",
        "/os-services",
        microversion=_SERVICES,
        params={"binary": "nova-compute"},
    )
    hosts = sorted({take(service, "host", str) for service in items(services, "services")})
    if not hosts:
        raise ShapeError("nova names no nova-compute, so that no host is known")
    found = {host: _ports_of(cloud, host) for host in hosts}
    if not any(found.values()):
        _need_none(cloud, hosts)
    elsewhere = sorted({take(p, "id", str) for h in hosts for p in found[h] if (_host_of(p)) != h})
    return {"hosts": hosts, "ports": {port: _bindings(cloud, port) for port in elsewhere}}


def _ports_of(cloud: Cloud, host: str) -> list[Any]:
    return rows_of(listed(cloud, "/ports", "ports", ("id", _HOST), {_HOST: host}), "ports")


def _host_of(port: Any) -> str:
    return take_or_none(port, _HOST, str) or ""


def _need_none(cloud: Cloud, hosts: Sequence[str]) -> None:
    """Raise ShapeError where neutron finds no port by its host, and yet lists one that is bound."""
    for port in rows_of(listed(cloud, "/ports", "ports", ("id", _HOST)), "ports"):
        if _host_of(port) in hosts:
            told = f"{take(port, 'id', str)} is bound to {_host_of(port)}"
            raise ShapeError(f"neutron finds no port of any host, but {told}")


def _bindings(cloud: Cloud, port: str) -> Any:
    try:
        return cloud.get("network", f"/ports/{port}/bindings")
    except Unreachable as error:
        went(cloud, "network", f"/ports/{port}", error)
        return None


def parse(body: Any) -> Iterator[Binding]:
    """Yield the bindings that are not active."""
    items(body, "hosts")
    for port, said in take(body, "ports", dict).items():
        for data in [] if said is None else items(said, "bindings"):
            if take(data, "status", str) != "ACTIVE":
                yield Binding(
                    port=port,
                    host=take(data, "host", str),
                    status=take(data, "status", str),
                    vif_type=take_or_none(data, "vif_type", str) or "",
                )


SOURCE = CloudSource("bindings", read, parse, optional=True)
