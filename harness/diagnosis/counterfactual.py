"""Would it have fitted, had somebody not been there? The question that names who took the room."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from harness.accounting.flavor_usage import promised
from harness.diagnosis.openness import Demand
from harness.diagnosis.sheet import RESOURCES, Holder, Sheet

STEPS: tuple[tuple[Holder, ...], ...] = (
    (Holder.LEAKED,),
    (Holder.LEFT,),
    (Holder.LEAKED, Holder.LEFT),
    (Holder.LEAKED, Holder.LEFT, Holder.MOVES, Holder.RUNNING),
    (Holder.LEAKED, Holder.LEFT, Holder.MOVES, Holder.RUNNING, Holder.OTHERS),
    tuple(Holder),
)
"""Who is thought away, in turn: first what should not be there at all."""


@dataclass(frozen=True)
class Room:
    """What placement could give on each host. ``sheets`` maps host -> resource -> sheet; ``shared``
    are sheets of providers that are no host: a resource that a host lacks is taken from them.
    ``most`` maps (host, resource) to what one consumer may have.
    """

    sheets: Mapping[str, Mapping[str, Sheet]]
    shared: Mapping[str, Sheet]
    most: Mapping[tuple[str, str], int]

    def of(self, host: str, resource: str) -> Sheet | None:
        return self.sheets.get(host, {}).get(resource) or self.shared.get(resource)

    def fits(self, demand: Demand, host: str, without: Iterable[Holder] = ()) -> bool:
        """Tell whether a host had room, some holders thought away."""
        return not self.lacks(demand, host, without)

    def lacks(self, demand: Demand, host: str, without: Iterable[Holder] = ()) -> list[str]:
        """Return the resources of which a host had too little. Of several right amounts (a CPU
        policy that the image decides) the one that lacks least counts."""
        holders = tuple(without)
        options = promised(demand.flavor, demand.boots_from_volume)
        return min(([*self._lacking(o, host, holders)] for o in options), key=len)

    def _lacking(
        self, wanted: Mapping[str, int], host: str, without: Sequence[Holder]
    ) -> Iterable[str]:
        for resource in RESOURCES:
            amount = wanted.get(resource, 0)
            if not amount:
                continue
            sheet = self.of(host, resource)
            if (
                sheet is None
                or sheet.free + sheet.held_by(without) < amount
                or self.most.get((host, resource), amount) < amount
            ):
                yield resource


def culprits(
    room: Room, demand: Demand, hosts: Sequence[str]
) -> tuple[tuple[Holder, ...], tuple[str, ...]] | None:
    """Return the first of ``STEPS`` without whom it would have fitted, and on which hosts; None
    where it would fit in no case."""
    for holders in STEPS:
        found = tuple(host for host in hosts if room.fits(demand, host, holders))
        if found:
            return holders, found
    return None
