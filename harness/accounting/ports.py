"""Whose a port is."""

from harness.sources.ports import Port

_CONTAINERS = "compute:kuryr"
"""What kuryr calls the owner of a container's port: the device is no server of nova's."""


def is_of_nova(port: Port) -> bool:
    """Tell whether nova uses a port for a server.

    Nova calls the owner "compute:" and the availability zone (nova/network/neutron.py:
    _populate_neutron_extension_values). Other services have names of their own.
    """
    return bool(port.device) and port.owner.startswith("compute:") and port.owner != _CONTAINERS
