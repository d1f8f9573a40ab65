"""What nova's lists of servers have in common, deleted ones too: the flavor within, and secrets.

Asked at microversion 2.87, which embeds the flavor (since 2.47).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from harness.core.shape import Record, items, take_amount

MICROVERSION = "2.87"
UUID_LENGTH = 36
"""Characters of a uuid, with which the names of an instance's files begin."""
_PRIVATE = frozenset({"OS-EXT-SRV-ATTR:user_data", "adminPass", "metadata"})


@dataclass(frozen=True, slots=True)
class Flavor:
    """What a server was promised. ``ram`` and ``swap`` in MB, ``disk`` and ``ephemeral`` in GB."""

    vcpus: int
    ram: int
    disk: int
    ephemeral: int
    swap: int
    extra_specs: Mapping[str, str] = field(default_factory=dict, hash=False)


_FLAVOR = Record(
    {"vcpus": int, "ram": int, "disk": int, "ephemeral": int, "swap": int}, {"extra_specs": dict}
)


def without_secrets(page: Any) -> Any:
    """Drop what its owner may have put secrets into; nothing of it is ever judged."""
    return {
        **page,
        "servers": [
            {name: value for name, value in server.items() if name not in _PRIVATE}
            for server in items(page, "servers")
        ],
    }


class Flavors:
    """Reads the flavors of many servers; equal ones are one object."""

    def __init__(self) -> None:
        self._known: dict[Any, Flavor] = {}

    def of(self, data: Any) -> Flavor:
        """Read the flavor that nova embeds in a server."""
        *numbers, specs = _FLAVOR.of(data)
        told = (*numbers, *(specs or {}).items())
        try:
            return self._known.setdefault(told, self._known.get(told) or _flavor(numbers, specs))
        except TypeError:
            return _flavor(numbers, specs)  # a spec that is no text


def _counted(number: int) -> int:
    return take_amount({"flavor": number}, "flavor")


def _flavor(numbers: Sequence[int], specs: Mapping[str, str] | None) -> Flavor:
    vcpus, ram, disk, ephemeral, swap = map(_counted, numbers)
    return Flavor(vcpus, ram, disk, ephemeral, swap, specs or {})
