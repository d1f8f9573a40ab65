"""Whose a port is, and what its interfaces are called."""

import re
from collections.abc import Container

from harness.sources.ports import Port

START = 11
"""Characters of a port's uuid that the names of its interfaces have (nova/network/model.py:
NIC_NAME_LEN), behind three letters."""
INTERFACE = re.compile(r"(?:tap|qbr|qvb|qvo)[0-9a-f]{8}-[0-9a-f]{2}")
"""What nova and os-vif call an interface of a port's (nova/network/os_vif_util.py)."""
_CONTAINERS = "compute:kuryr"
"""What kuryr calls the owner of a container's port: the device is no server of nova's."""


def is_of_nova(port: Port) -> bool:
    """Tell whether nova uses a port for a server.

    Nova calls the owner "compute:" and the availability zone (nova/network/neutron.py:
    _populate_neutron_extension_values). Other services have names of their own.
    """
    return bool(port.device) and port.owner.startswith("compute:") and port.owner != _CONTAINERS


def was_for_a_server(port: Port, deleted: Container[str]) -> bool:
    """Tell whether nova uses a port for a server, or made it for one of ``deleted`` and no more.

    Nova makes a port with its device alone, and names the owner when it binds it (nova/network/
    neutron.py: _create_port_minimal); what dies between leaves a port without an owner.
    """
    return is_of_nova(port) or (not port.owner and port.device in deleted)
