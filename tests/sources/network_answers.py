"""Answers of neutron's, in the words of its API reference."""

from typing import Any

STAMPS = {"created_at": "2026-11-23T20:00:00Z", "updated_at": "2026-11-23T20:01:00Z"}
PORT = {
    "id": "cf2a5d1c-0000-4f43-9d3b-0f6a0a9e0001",
    "name": "",
    "project_id": "p",
    "device_id": "7a1d3c1e-1f1b-4bb1-9a53-8f1a3a3c2b01",
    "device_owner": "compute:nova",
    "binding:host_id": "compute1",
    "binding:vif_type": "ovs",
    "binding:vnic_type": "normal",
    "binding:profile": {"migrating_to": "compute2"},
    "status": "ACTIVE",
    **STAMPS,
}
NETWORK = {"id": "net-1", "name": "tempest-NetworksTest-7", "project_id": "p", **STAMPS}
FLOATING_IP = {
    "id": "fip-1",
    "floating_ip_address": "203.0.113.9",
    "project_id": "p",
    "port_id": None,
    "status": "DOWN",
    **STAMPS,
}
BINDINGS = [
    {"host": "compute1", "status": "ACTIVE", "vif_type": "ovs"},
    {"host": "compute2", "status": "INACTIVE", "vif_type": "ovs"},
]
NETWORK_BODIES: dict[str, Any] = {
    "ports": {"pages": [{"ports": [PORT]}]},
    "bindings": {"hosts": ["compute1"], "ports": {PORT["id"]: {"bindings": BINDINGS}, "x": None}},
    "networks": {"pages": [{"networks": [NETWORK]}]},
    "subnets": {"pages": [{"subnets": [{**NETWORK, "network_id": "net-1"}]}]},
    "routers": {"pages": [{"routers": [NETWORK]}]},
    "floating_ips": {"pages": [{"floatingips": [FLOATING_IP]}]},
    "security_groups": {"pages": [{"security_groups": [NETWORK]}]},
}
"""What each source stores of this neutron."""
