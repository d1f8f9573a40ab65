"""Which states of a domain go with a server's vm_state, and which of the others nova puts right.

Sources: nova/compute/manager.py (_sync_instance_power_state) and nova/virt/libvirt/driver.py, whose
suspend keeps a managed save of a domain that is shut off.
"""

from collections.abc import Mapping

_RUNNING = frozenset({"running", "blocked"})
_OFF = frozenset({"shut off", "crashed"})

UNSETTLED = frozenset({"shutting down", "no state"})
"""States of a domain that libvirt is about to leave."""

RIGHT: Mapping[str, frozenset[str]] = {
    "active": _RUNNING,
    "rescued": _RUNNING,
    "paused": frozenset({"paused"}),
    "stopped": _OFF,
    "suspended": _OFF,
    "shelved": _OFF,
    "soft-delete": _OFF,
}
"""vm_state -> the states of its domain. A resized server may be off or on, and of one that is
building or in error nothing can be asked."""

HEALED: Mapping[str, frozenset[str]] = {
    "active": _OFF | {"suspended"},
    "paused": _OFF,
    "stopped": frozenset({"running", "blocked", "paused", "suspended"}),
}
"""vm_state -> the wrong states that end with nova's power sync: the server is stopped then."""
