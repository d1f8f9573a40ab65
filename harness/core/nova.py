"""What nova's lists of servers have in common, deleted ones too: the flavor within, and secrets.

Asked at microversion 2.87, which embeds the flavor (since 2.47).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from harness.core.shape import items, take, take_or_none

MICROVERSION = "2.87"
_PRIVATE = frozenset({"OS-EXT-SRV-ATTR:user_data", "adminPass", "metadata"})


@dataclass(frozen=True)
class Flavor:
    """What a server was promised. ``ram`` and ``swap`` in MB, ``disk`` and ``ephemeral`` in GB."""

    vcpus: int
    ram: int
    disk: int
    ephemeral: int
    swap: int
    extra_specs: Mapping[str, str] = field(default_factory=dict)


def without_secrets(page: Any) -> Any:
    """Drop what its owner may have put secrets into; nothing of it is ever judged."""
    return {
        **page,
        "servers": [
            {name: value for name, value in server.items() if name not in _PRIVATE}
            for server in items(page, "servers")
        ],
    }


def flavor_of(data: Any) -> Flavor:
    """Read the flavor that nova embeds in a server."""
    return Flavor(
        vcpus=take(data, "vcpus", int),
        ram=take(data, "ram", int),
        disk=take(data, "disk", int),
        ephemeral=take(data, "ephemeral", int),
        swap=take(data, "swap", int),
        extra_specs=take_or_none(data, "extra_specs", dict) or {},
    )
