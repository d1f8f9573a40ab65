"""Why a server had no valid host: one cause in plain words, and the numbers that it rests on."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from harness.accounting.flavor_usage import promised
from harness.core.boots import Cause
from harness.core.snapshot import Snapshot
from harness.diagnosis import promised as placement
from harness.diagnosis import real, tracked
from harness.diagnosis.counterfactual import Room, culprits
from harness.diagnosis.openness import NEEDS as OPENNESS_NEEDS
from harness.diagnosis.openness import Demand, closed, unchecked
from harness.diagnosis.scene import Scene
from harness.diagnosis.sheet import DISK, MEMORY, RESOURCES, Holder, Sheet

_ROOM = re.compile(
    r"no valid host|exceeded maximum number of retries|exhausted all hosts|insufficient"
    r"|not enough hosts|cannot allocate memory|no space left|unable to allocate",
    re.IGNORECASE,
)
_QUOTA = re.compile(r"quota[^.]{0,60}exceed|exceed[^.]{0,60}quota", re.IGNORECASE)
_MB_IN_GB = 1024
UNITS = {MEMORY: "MB", DISK: "GB"}
WORDS = {"VCPU": "vCPUs", "PCPU": "dedicated CPUs", MEMORY: "MB of memory", DISK: "GB of disk"}
_GUILTY: tuple[tuple[Holder, Cause], ...] = (
    (Holder.OTHERS, Cause.OTHERS),
    (Holder.RUNNING, Cause.TOO_SMALL),
    (Holder.MOVES, Cause.TOO_SMALL),
)
"""Of those who had to be thought away together, the last that was needed is the cause."""


@dataclass(frozen=True)
class Judgement:
    """A cause and what it rests on, in sentences."""

    cause: Cause
    because: str


@dataclass(frozen=True)
class Case:
    """A demand at a moment. ``fault`` is nova's text."""

    demand: Demand
    fault: str
    scene: Scene

    @property
    def snapshot(self) -> Snapshot:
        return self.scene.snapshot

    @cached_property
    def closed(self) -> dict[str, tuple[str, ...]]:
        return dict(closed(self.demand, self.snapshot))

    @cached_property
    def open(self) -> tuple[str, ...]:
        return tuple(sorted(host for host, why in self.closed.items() if not why))

    @cached_property
    def promised(self) -> tuple[Sheet, ...]:
        return tuple(placement.sheets(self.scene))

    @cached_property
    def room(self) -> Room:
        hosts = set(self.closed)
        sheets: dict[str, dict[str, Sheet]] = {}
        shared: dict[str, Sheet] = {}
        for sheet in self.promised:
            if sheet.host in hosts:
                sheets.setdefault(sheet.host, {})[sheet.resource] = sheet
            else:
                shared[sheet.resource] = sheet
        names = {node.uuid: node.host for node in self.snapshot["hypervisors"]}
        most = {
            (names[provider.uuid], resource): inventory.most
            for provider in self.snapshot["providers"]
            if provider.uuid in names
            for resource, inventory in provider.inventories.items()
            if inventory.most is not None
        }
        return Room(sheets, shared, most)


def judge_case(case: Case) -> Judgement:
    """Return why there was no valid host for a server."""
    if _QUOTA.search(case.fault):
        return Judgement(Cause.QUOTA, "nova says that a quota is exceeded; no host was asked.")
    if not _ROOM.search(case.fault):
        return Judgement(Cause.OTHER, "its fault speaks of no lack of room.")
    if unseen := _unseen(case.snapshot, (*placement.NEEDS, *OPENNESS_NEEDS)):
        return Judgement(Cause.UNKNOWN, f"{unseen}.")
    if not case.closed:
        return Judgement(Cause.NO_HOST, "nova lists no compute node at all.")
    if not case.open:
        return Judgement(Cause.NO_HOST, f"{_told(_closed(case))}.")
    had_room = [host for host in case.open if case.room.fits(case.demand, host)]
    if case.scene.unsure and had_room:
        return Judgement(Cause.UNKNOWN, f"{case.scene.unsure}.")
    return _with_room(case, had_room) if had_room else _without_room(case)


def _unseen(snapshot: Snapshot, needs: Iterable[str]) -> str:
    gaps = [
        f"{name} was not seen: {reason}"
        for name in dict.fromkeys(needs)
        for reason in snapshot[name].gaps.values()
    ]
    return gaps[0] if gaps else ""


def _closed(case: Case) -> Iterator[str]:
    for host, reasons in sorted(case.closed.items()):
        if reasons:
            yield f"{host}: {', '.join(reasons)}"


def _without_room(case: Case) -> Judgement:
    found = culprits(case.room, case.demand, case.open)
    short = _told(f"{host} had {', '.join(_shortage(case, host))}" for host in case.open)
    beside = [f"closed were: {_told(_closed(case))}"] if len(case.open) < len(case.closed) else []
    if found is None:
        return Judgement(Cause.TOO_LARGE, _sentences([f"even empty, {short}", *beside]))
    holders, hosts = found
    needed = _needed(case, holders, hosts)
    cause = _cause(needed)
    who = [f"on {host}: {held}" for host in hosts if (held := ", ".join(_held(case, host, needed)))]
    would = f"without {' and '.join(needed)} it would have fitted on {', '.join(hosts)}"
    return Judgement(cause, _sentences([short, would, *who, *beside]))


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


def _with_room(case: Case, hosts: Sequence[str]) -> Judgement:
    """Placement had room: then a host's own numbers, or nova's of it, must have been against it."""
    roomy = f"placement had room on {', '.join(hosts)}"
    real_sheets = {
        (sheet.host, sheet.resource): sheet
        for sheet in real.sheets(case.scene)
        if sheet.host in hosts
    }
    short = [
        (sheet, amount)
        for sheet in real_sheets.values()
        if sheet.free < (amount := _really(case, sheet.resource))
    ]
    if short and {sheet.host for sheet, _ in short} == set(hosts):
        return _truly_short(roomy, short)
    stale = list(_stale(case, hosts))
    if {sheet.host for sheet, _ in stale} == set(hosts):
        told = _told(
            f"the tracker of {sheet.host} counts {rest} {WORDS[sheet.resource]} for nobody, "
            "without which it would have room too"
            for sheet, rest in stale
        )
        return Judgement(Cause.STALE, _sentences([roomy, told]))
    beyond = [
        sheet
        for sheet in tracked.sheets(case.scene)
        if sheet.host in hosts
        and sheet.resource in (MEMORY, DISK)
        and sheet.free < _wanted(case, sheet.resource)
    ]
    if {sheet.host for sheet in beyond} == set(hosts):
        told = _told(
            f"{sheet.host} itself has {sheet.free} of {sheet.capacity} {WORDS[sheet.resource]} "
            f"left, {_wanted(case, sheet.resource)} were asked for"
            for sheet in beyond
        )
        return Judgement(Cause.OVERCOMMIT, _sentences([f"{roomy} by its allocation ratios", told]))
    return _unexplained(roomy, case)


def _stale(case: Case, hosts: Sequence[str]) -> Iterator[tuple[Sheet, int]]:
    """Yield the tracker's sheets that were against a server only by what they count for nobody.

    A scheduler from before Train filters by the tracker's rows, with placement's ratios
    (nova/scheduler/filters: CoreFilter, RamFilter, DiskFilter; removed in Train).
    """
    if _unseen(case.snapshot, tracked.NEEDS):
        return
    for sheet in tracked.sheets(case.scene):
        rest, limit = sheet.held_by([Holder.REST]), case.room.of(sheet.host, sheet.resource)
        beyond = limit.capacity - sheet.capacity if limit else 0
        free, wanted = sheet.free + beyond, _wanted(case, sheet.resource)
        if sheet.host in hosts and free < wanted <= free + rest:
            yield sheet, rest


def _unexplained(roomy: str, case: Case) -> Judgement:
    said = [roomy, "nothing that was seen speaks against these hosts"]
    said += [f"closed were: {_told(_closed(case))}"] if len(case.open) < len(case.closed) else []
    said += unchecked(case.demand, case.snapshot)
    if unseen := _unseen(case.snapshot, real.NEEDS):
        said.append(unseen)
    absent = [name for name in real.NEEDS if case.snapshot[name].absent]
    said += ["the hosts' real memory and disk were not looked at"] if absent else []
    return Judgement(Cause.UNKNOWN, _sentences(said))


def _really(case: Case, resource: str) -> int:
    """Return the MB that a server asks of a host's real memory or disk."""
    return _wanted(case, resource) * (_MB_IN_GB if resource == DISK else 1)


def _wanted(case: Case, resource: str) -> int:
    flavor = case.demand.flavor
    root = 0 if case.demand.boots_from_volume else flavor.disk
    sizes = {MEMORY: flavor.ram, DISK: root + flavor.ephemeral, "VCPU": flavor.vcpus}
    return sizes.get(resource, 0)


def _truly_short(roomy: str, short: Sequence[tuple[Sheet, int]]) -> Judgement:
    """Tell whether guests have filled the hosts, or what is no guest: it has where there would be
    room without it, and it has more than the guests."""
    eaten = all(
        sheet.free + sheet.held_by([Holder.REST]) >= amount
        and sheet.held_by([Holder.REST]) > _guests(sheet)
        for sheet, amount in short
    )
    told = _told(
        f"{sheet.host} really has {sheet.free} of {sheet.capacity} MB of "
        f"{'disk' if sheet.resource == DISK else 'memory'} free, {amount} were asked for: guests "
        f"take {_guests(sheet)}, all else {sheet.held_by([Holder.REST])}"
        for sheet, amount in short
    )
    return Judgement(Cause.EATEN if eaten else Cause.OVERCOMMIT, _sentences([roomy, told]))


def _guests(sheet: Sheet) -> int:
    return sum(p.amount for p in sheet.parts if p.holder not in (Holder.REST, Holder.KEPT))


def _told(texts: Iterable[str], most: int = 4) -> str:
    """Join texts, the first ones where there are many."""
    known = list(texts)
    more = f"; {len(known) - most} more" if len(known) > most else ""
    return "; ".join(known[:most]) + more


def _sentences(texts: Iterable[str]) -> str:
    """Join sentences. A host's name is left as it is."""
    return ". ".join(texts) + "."
