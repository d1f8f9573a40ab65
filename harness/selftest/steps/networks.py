"""Ports and networks."""

from typing import Any

from harness.selftest.ground import Ground, PlantFailed, undo
from harness.selftest.steps.database import insert


@undo
def port_is_gone(ground: Ground, name: str) -> None:
    """Delete every port of a name."""
    _all_gone(ground, "ports", name)


@undo
def network_is_gone(ground: Ground, name: str) -> None:
    """Delete every network of a name, with its subnets."""
    _all_gone(ground, "networks", name)


@undo
def security_group_is_gone(ground: Ground, name: str) -> None:
    """Delete every security group of a name."""
    _all_gone(ground, "security-groups", name)


def _all_gone(ground: Ground, path: str, name: str) -> None:
    listed = ground.ask("network", "GET", f"/{path}?name={name}")[path.replace("-", "_")]
    for found in [item["id"] for item in listed if item["name"] == name]:
        ground.ask("network", "DELETE", f"/{path}/{found}", gone=True)


def network(ground: Ground) -> str:
    """Return the uuid of a network that has a subnet."""
    listed = ground.ask("network", "GET", "/networks")["networks"]
    found = sorted(item["id"] for item in listed if item["subnets"])
    if not found:
        raise PlantFailed("the cloud has no network with a subnet to make a port in")
    return str(found[0])


def port(ground: Ground, name: str, **more: Any) -> str:
    """Make a port; returns its uuid. ``more`` goes into the request."""
    ground.will(port_is_gone, name=name)
    body = {"port": {"name": name, "network_id": network(ground), **more}}
    return str(ground.ask("network", "POST", "/ports", body)["port"]["id"])


def bind(ground: Ground, port: str, host: str) -> None:
    """Bind a port to a host."""
    body = {"port": {"binding:host_id": host}}
    ground.ask("network", "PUT", f"/ports/{port}", body)


def bind_twice(ground: Ground, port: str, host: str) -> None:
    """Bind a port to a host beside the one that it is bound to, inactively. Neutron lets services
    do so and no administrator, so that it is written into its database.
    """
    values = {"vnic_type": "normal", "profile": "", "vif_type": "tap", "vif_details": ""}
    where = {"port_id": port, "host": host}
    insert(ground, "ml2_port_bindings", where, {**values, "status": "INACTIVE"}, "neutron")


def new_network(ground: Ground, name: str) -> str:
    """Make a network without a subnet; returns its uuid."""
    ground.will(network_is_gone, name=name)
    body = {"network": {"name": name}}
    return str(ground.ask("network", "POST", "/networks", body)["network"]["id"])


def security_group(ground: Ground, name: str) -> str:
    """Make a security group; returns its uuid."""
    ground.will(security_group_is_gone, name=name)
    made = ground.ask("network", "POST", "/security-groups", {"security_group": {"name": name}})
    return str(made["security_group"]["id"])
