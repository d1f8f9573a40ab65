"""Placement had room: then a host's own numbers, or nova's of it, must have been against it."""

from collections.abc import Iterator, Sequence

from harness.core.boots import Cause
from harness.diagnosis import real, tracked
from harness.diagnosis.case import WORDS, Case, Judgement, beside, listed, sentences, unseen
from harness.diagnosis.openness import unchecked
from harness.diagnosis.optional_filters import would_leave_none
from harness.diagnosis.sheet import DISK, MEMORY, Holder, Sheet

_MB_IN_GB = 1024


def with_room(case: Case, hosts: Sequence[str]) -> Judgement:
    """Return why a server was refused by hosts on which placement had room."""
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
        told = listed(
            f"the tracker of {sheet.host} counts {rest} {WORDS[sheet.resource]} for nobody, "
            "without which it would have room too"
            for sheet, rest in stale
        )
        return Judgement(Cause.STALE, sentences([roomy, told]))
    beyond = [
        sheet
        for sheet in tracked.sheets(case.scene)
        if sheet.host in hosts
        and sheet.resource in (MEMORY, DISK)
        and sheet.free < _wanted(case, sheet.resource)
    ]
    if {sheet.host for sheet in beyond} == set(hosts):
        told = listed(
            f"{sheet.host} itself has {sheet.free} of {sheet.capacity} {WORDS[sheet.resource]} "
            f"left, {_wanted(case, sheet.resource)} were asked for"
            for sheet in beyond
        )
        return Judgement(Cause.OVERCOMMIT, sentences([f"{roomy} by its allocation ratios", told]))
    return _unexplained(roomy, case, hosts)


def _stale(case: Case, hosts: Sequence[str]) -> Iterator[tuple[Sheet, int]]:
    """Yield the tracker's sheets that were against a server only by what they count for nobody.

    A scheduler from before Train filters by the tracker's rows, with placement's ratios
    (nova/scheduler/filters: CoreFilter, RamFilter, DiskFilter; removed in Train).
    """
    if unseen(case.snapshot, tracked.NEEDS):
        return
    for sheet in tracked.sheets(case.scene):
        rest, limit = sheet.held_by([Holder.REST]), case.room.of(sheet.host, sheet.resource)
        beyond = limit.capacity - sheet.capacity if limit else 0
        free, wanted = sheet.free + beyond, _wanted(case, sheet.resource)
        if sheet.host in hosts and free < wanted <= free + rest:
            yield sheet, rest


def _unexplained(roomy: str, case: Case, hosts: Sequence[str]) -> Judgement:
    perhaps = list(would_leave_none(case.demand, hosts, case.snapshot))
    surely = "" if not (perhaps or case.wavering) else " for certain"
    said = [roomy, f"nothing that was seen speaks{surely} against these hosts"]
    said += [*perhaps, *beside(case), *unchecked(case.demand, case.snapshot)]
    if gap := unseen(case.snapshot, real.NEEDS):
        said.append(gap)
    absent = [name for name in real.NEEDS if case.snapshot[name].absent]
    said += ["the hosts' real memory and disk were not looked at"] if absent else []
    return Judgement(Cause.UNKNOWN, sentences(said))


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
        sheet.free + _no_guest(sheet) >= amount and _no_guest(sheet) > _guests(sheet)
        for sheet, amount in short
    )
    told = listed(
        f"{sheet.host} really has {sheet.free} of {sheet.capacity} MB of "
        f"{'disk' if sheet.resource == DISK else 'memory'} free, {amount} were asked for: guests "
        f"take {_guests(sheet)}, all else {_no_guest(sheet)}"
        for sheet, amount in short
    )
    return Judgement(Cause.EATEN if eaten else Cause.OVERCOMMIT, sentences([roomy, told]))


def _no_guest(sheet: Sheet) -> int:
    return sheet.held_by([Holder.REST, Holder.KEPT])


def _guests(sheet: Sheet) -> int:
    return sum(p.amount for p in sheet.parts if p.holder not in (Holder.REST, Holder.KEPT))
