"""Placement had no room on any open host: who took it."""

from collections.abc import Iterator, Sequence

from harness.accounting.flavor_usage import asked_of_placement
from harness.core.iterations.boots import Cause
from harness.diagnosis.case import Case, Judgement, beside, listed, sentences, words
from harness.diagnosis.counterfactual import culprits
from harness.diagnosis.openness import unchecked
from harness.diagnosis.sheet import Holder

_GUILTY: tuple[tuple[Holder, Cause], ...] = (
    (Holder.REST, Cause.UNKNOWN),
    (Holder.OTHERS, Cause.OTHERS),
    (Holder.RUNNING, Cause.TOO_SMALL),
    (Holder.MOVES, Cause.TOO_SMALL),
)
"""Of those who had to be thought away together, the last that was needed is the cause."""


_NAMES = {
    Holder.LEAKED: "what is leaked",
    Holder.LEFT: "what tests left",
    Holder.REST: "what is unaccounted",
    Holder.KEPT: "what is kept back",
}
"""Holders as a sentence names them, where their own word does not do."""


def without_room(case: Case, hosts: Sequence[str]) -> Judgement:
    """Return who took the room of some hosts, none of which had any."""
    found = culprits(case.room, case.demand, hosts)
    empty = tuple(Holder) if found is None else ()
    short = listed(f"{host} had {', '.join(_shortage(case, host, empty))}" for host in hosts)
    unknown = unchecked(case.demand, case.snapshot)
    if found is None:
        beyond = set(hosts) == set(case.closed)
        more = [] if beyond else [*beside(case), *unknown]
        return Judgement(Cause.TOO_LARGE, sentences([f"even empty, {short}", *more]))
    more = [*_contradicted(case), *beside(case), *unknown]
    holders, fitting = found
    needed = _needed(case, holders, fitting)
    cause = _cause(needed)
    told = {host: ", ".join(_held(case, host, needed)) for host in fitting}
    who = [f"on {host}: {held}" for host, held in told.items() if held]
    names = " and ".join(_NAMES.get(holder, holder) for holder in needed)
    would = f"without {names} it would have fitted on {', '.join(fitting)}"
    return Judgement(cause, sentences([short, would, *who, *more]))


def _contradicted(case: Case) -> Iterator[str]:
    if case.filtered:
        yield (
            "nova's fault tells that placement still found hosts: others took them first, or "
            "filters refused them"
        )


def _needed(case: Case, holders: Sequence[Holder], hosts: Sequence[str]) -> tuple[Holder, ...]:
    """Return those of the holders without whom it really takes: the others need not go."""
    kept = list(holders)
    for holder in holders:
        rest = [each for each in kept if each is not holder]
        if any(case.room.fits(case.demand, host, rest) for host in hosts):
            kept = rest
    return tuple(kept)


def _cause(needed: Sequence[Holder]) -> Cause:
    for holder, cause in _GUILTY:
        if holder in needed:
            return cause
    return Cause.LEAKED if Holder.LEAKED in needed else Cause.LEFT


def _shortage(case: Case, host: str, without: Sequence[Holder] = ()) -> Iterator[str]:
    options = asked_of_placement(case.demand.flavor, case.demand.boots_from_volume)
    wanted = min(options, key=len)
    for resource in case.room.lacks(case.demand, host, without):
        sheet = case.room.of(host, resource)
        amount = max((option.get(resource, 0) for option in options), default=0)
        if sheet is None:
            yield f"{resource} 0 of {amount}"
            continue
        most = case.room.most.get((host, resource))
        limit = f", {most} at most for one" if most is not None and most < amount else ""
        yield (
            f"{sheet.free + sheet.held_by(without)} of {sheet.capacity} {words(resource)} "
            f"free{limit}, "
            f"{wanted.get(resource, amount)} were asked for"
        )


def _held(case: Case, host: str, needed: Sequence[Holder]) -> Iterator[str]:
    for resource in case.room.lacks(case.demand, host):
        sheet = case.room.of(host, resource)
        for part in sheet.parts if sheet else ():
            if part.holder in needed:
                who = ", ".join(f"{text} {amount}" for text, amount in part.whose[:3])
                more = f", {len(part.whose) - 3} more" if len(part.whose) > 3 else ""
                name = _NAMES.get(part.holder, part.holder)
                yield f"{name} held {part.amount} {words(resource)} ({who}{more})"
