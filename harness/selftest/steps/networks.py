"""Ports and networks."""

from typing import Any

from harness.selftest.ground import Ground, PlantFailed, undo


@undo
def port_is_gone(ground: Ground, name: str) -> None:
    """Delete every port of a name."""
    listed = ground.ask("network", "GET", f"/ports?name={name}")["ports"]
    for found in [item["id"] for item in listed if item["name"] == name]:
        ground.ask("network", "DELETE", f"/ports/{found}", gone=True)


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
