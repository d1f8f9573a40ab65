"""A sheet: one resource of one host in one view, and who holds how much of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

VCPU, PCPU, MEMORY, DISK = "VCPU", "PCPU", "MEMORY_MB", "DISK_GB"
RESOURCES = (VCPU, PCPU, MEMORY, DISK)
"""The classes of placement that follow from a flavor alone: counts, MB and GB."""


class Holder(StrEnum):
    """Who holds a part of a host."""

    KEPT = "kept back"
    RUNNING = "running tests"
    LEFT = "left by tests"
    OTHERS = "others' servers"
    MOVES = "moves"
    LEAKED = "leaked"
    STRANGERS = "unknown domains"
    REST = "unaccounted"


@dataclass(frozen=True)
class Part:
    """What one holder has. ``whose`` are (who, amount), the largest first; they sum to
    ``amount``."""

    holder: Holder
    amount: int
    whose: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True)
class Sheet:
    """One resource of one host in one view: ``capacity`` is what parts and ``free`` add up to.

    ``host`` is nova's name of it, or that of a provider that several hosts share. ``resource`` is
    of ``RESOURCES``; the disk of the view "host" is in MB. ``note`` says how the capacity comes
    about. ``free`` is negative where more is promised than there is.
    """

    view: str
    host: str
    resource: str
    capacity: int
    parts: tuple[Part, ...]
    free: int
    note: str = ""

    @property
    def adds_up(self) -> bool:
        return self.capacity == self.free + sum(part.amount for part in self.parts)

    def held_by(self, holders: Iterable[Holder]) -> int:
        """Return what some holders have of it together."""
        asked = frozenset(holders)
        return sum(part.amount for part in self.parts if part.holder in asked)


@dataclass(frozen=True)
class Claim:
    """One thing that holds something: who, of which sort, and how much of one resource."""

    holder: Holder
    who: str
    amount: int


def parts_of(claims: Iterable[Claim]) -> tuple[Part, ...]:
    """Join claims to parts, in the order of the holders; what is nothing is left out."""
    held: dict[Holder, dict[str, int]] = {}
    for claim in claims:
        of = held.setdefault(claim.holder, {})
        of[claim.who] = of.get(claim.who, 0) + claim.amount
    parts = []
    for holder in Holder:
        whose = {who: amount for who, amount in held.get(holder, {}).items() if amount}
        if whose:
            ordered = sorted(whose.items(), key=lambda item: (-abs(item[1]), item[0]))
            parts.append(Part(holder, sum(whose.values()), tuple(ordered)))
    return tuple(parts)
