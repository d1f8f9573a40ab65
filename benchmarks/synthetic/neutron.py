"""Neutron's lists of the synthetic cloud, with the fields that are asked for."""

from collections.abc import Iterable, Iterator
from typing import Any

from benchmarks.synthetic import things
from benchmarks.synthetic.things import Size, identity
from harness.core.answers.capture import CLOUD

Answers = Iterator[tuple[str, Any]]


def ports(size: Size) -> Answers:
    """Return one port for each server that nova lists."""
    yield from _listed(
        "ports",
        (
            {
                **_stamped("port", number, size.project_of(number), ""),
                "device_id": identity("server", number),
                "device_owner": f"compute:az{size.host_of(number) % 3 + 1}",
                "status": "ACTIVE",
                "binding:host_id": things.host_name(size.host_of(number)),
                "binding:vif_type": "ovs",
                "binding:vnic_type": "normal",
                "binding:profile": {},
            }
            for number in range(size.servers)
            if things.listed(number)
        ),
    )


def floating_ips(size: Size) -> Answers:
    """Return a floating IP for one server of five."""
    yield from _listed(
        "floatingips",
        (
            {
                **_stamped("floating_ip", number, size.project_of(number), None),
                "floating_ip_address": f"203.0.{number >> 8 & 255}.{number & 255}",
                "port_id": identity("port", number),
                "status": "ACTIVE",
            }
            for number in range(0, size.servers, 5)
            if things.listed(number)
        ),
    )


def networks(size: Size) -> Answers:
    yield from _listed("networks", _one_for_each_project(size, "network"))


def routers(size: Size) -> Answers:
    yield from _listed("routers", _one_for_each_project(size, "router"))


def security_groups(size: Size) -> Answers:
    yield from _listed("security_groups", _one_for_each_project(size, "default"))


def subnets(size: Size) -> Answers:
    rows = _one_for_each_project(size, "subnet")
    networks = (identity("network", number) for number in range(size.projects))
    yield from _listed(
        "subnets", ({**row, "network_id": uuid} for row, uuid in zip(rows, networks, strict=True))
    )


def bindings(size: Size) -> Answers:
    """Return no port with a second binding: nothing is moved live."""
    yield CLOUD, {"hosts": [things.host_name(host) for host in range(size.hosts)], "ports": {}}


def _one_for_each_project(size: Size, kind: str) -> Iterator[dict[str, Any]]:
    return (_stamped(kind, number, number, f"shop-{kind}") for number in range(size.projects))


def _listed(name: str, rows: Iterable[dict[str, Any]]) -> Answers:
    """Neutron sends a list in one page."""
    yield CLOUD, {"pages": [{name: list(rows)}]}


def _stamped(kind: str, number: int, project: int, name: str | None) -> dict[str, Any]:
    named = {} if name is None else {"name": name}
    return {
        "id": identity(kind, number),
        **named,
        "project_id": things.project_id(project),
        "created_at": "2026-10-02T08:11:44Z",
        "updated_at": "2026-10-02T08:12:10Z",
    }
