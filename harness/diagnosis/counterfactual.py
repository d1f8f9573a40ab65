"""Would it have fitted, had somebody not been there? The question that names who took the room."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from harness.accounting.flavor_usage import asked_of_placement, parted
from harness.diagnosis.openness import Demand
from harness.diagnosis.sheet import Holder, Sheet

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
    """What placement could give on each host. ``sheets`` maps host -> resource -> a sheet for each
    provider of the host's tree that has it; ``shared`` are sheets of providers that are no host: a
    resource that a host lacks is taken from them. ``most`` maps (host, resource) to what one
    consumer may have.
    """

    sheets: Mapping[str, Mapping[str, Sequence[Sheet]]]
    shared: Mapping[str, Sequence[Sheet]]
    most: Mapping[tuple[str, str], int]

    def all_of(self, host: str, resource: str) -> Sequence[Sheet]:
        return self.sheets.get(host, {}).get(resource) or self.shared.get(resource, ())

    def of(self, host: str, resource: str) -> Sheet | None:
        """Return the sheet of the provider with the most that is free; None where there is none."""
        return max(
            self.all_of(host, resource),
            key=lambda sheet: (sheet.free, sheet.capacity),
            default=None,
        )

    def fits(self, demand: Demand, host: str, without: Iterable[Holder] = ()) -> bool:
        """Tell whether a host had room, some holders thought away."""
        return not self.lacks(demand, host, without)

    def lacks(self, demand: Demand, host: str, without: Iterable[Holder] = ()) -> list[str]:
        """Return the resources of which a host had too little. Of several right amounts (a CPU
        policy that the image decides) the one that lacks least counts."""
        holders = tuple(without)
        options = asked_of_placement(demand.flavor, demand.boots_from_volume)
        apart = parted(demand.flavor)
        return min(([*self._lacking(o, host, holders, apart)] for o in options), key=len)

    def _lacking(
        self,
        wanted: Mapping[str, int],
        host: str,
        without: Sequence[Holder],
        apart: frozenset[str],
    ) -> Iterable[str]:
        """All of one resource comes from one provider, but for what is asked for ``apart``."""
        for resource, amount in wanted.items():
            free = [s.free + s.held_by(without) for s in self.all_of(host, resource)]
            if resource in apart:
                enough = sum(free) >= amount
            else:
                most = self.most.get((host, resource), amount)
                enough = max(free, default=0) >= amount and most >= amount
            if not enough:
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
