"""Placement had no room on any open host: who took it."""

from collections.abc import Iterator, Sequence

from harness.accounting.flavor_usage import promised
from harness.core.boots import Cause
from harness.diagnosis.case import WORDS, Case, Judgement, beside, listed, sentences
from harness.diagnosis.counterfactual import culprits
from harness.diagnosis.openness import unchecked
from harness.diagnosis.sheet import RESOURCES, Holder

_GUILTY: tuple[tuple[Holder, Cause], ...] = (
    (Holder.REST, Cause.UNKNOWN),
    (Holder.OTHERS, Cause.OTHERS),
    (Holder.RUNNING, Cause.TOO_SMALL),
    (Holder.MOVES, Cause.TOO_SMALL),
)
"""Of those who had to be thought away together, the last that was needed is the cause."""


def without_room(case: Case) -> Judgement:
    found = culprits(case.room, case.demand, case.open)
    short = listed(f"{host} had {', '.join(_shortage(case, host))}" for host in case.open)
    more = [*beside(case), *unchecked(case.demand, case.snapshot)]
    if found is None:
        return Judgement(Cause.TOO_LARGE, sentences([f"even empty, {short}", *more]))
    holders, hosts = found
    needed = _needed(case, holders, hosts)
    cause = _cause(needed)
    who = [f"on {host}: {held}" for host in hosts if (held := ", ".join(_held(case, host, needed)))]
    would = f"without {' and '.join(needed)} it would have fitted on {', '.join(hosts)}"
    return Judgement(cause, sentences([short, would, *who, *more]))


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


def _shortage(case: Case, host: str) -> Iterator[str]:
    options = promised(case.demand.flavor, case.demand.boots_from_volume)
    wanted = min(options, key=lambda option: sum(r in option for r in RESOURCES))
    for resource in case.room.lacks(case.demand, host):
        sheet = case.room.of(host, resource)
        amount = max((option.get(resource, 0) for option in options), default=0)
        if sheet is None:
            yield f"no {resource}"
            continue
        most = case.room.most.get((host, resource))
        limit = f", {most} at most for one" if most is not None and most < amount else ""
        yield (
            f"{sheet.free} of {sheet.capacity} {WORDS[resource]} free{limit}, "
            f"{wanted.get(resource, amount)} were asked for"
        )


def _held(case: Case, host: str, needed: Sequence[Holder]) -> Iterator[str]:
    for resource in case.room.lacks(case.demand, host):
        sheet = case.room.of(host, resource)
        for part in sheet.parts if sheet else ():
            if part.holder in needed:
                who = ", ".join(f"{text} {amount}" for text, amount in part.whose[:3])
                more = f", {len(part.whose) - 3} more" if len(part.whose) > 3 else ""
                yield f"{part.holder} held {part.amount} {WORDS[resource]} ({who}{more})"
