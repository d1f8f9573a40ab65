"""Placement had room: then a host's own numbers, or nova's of it, must have been against it."""

from collections.abc import Iterator, Sequence

from harness.core.iterations.boots import Cause
from harness.diagnosis import real, tracked
from harness.diagnosis.case import (
    NOT_KNOWN,
    Case,
    Judgement,
    beside,
    listed,
    of_hosts,
    sentences,
    unseen,
    words,
)
from harness.diagnosis.no_room import without_room
from harness.diagnosis.openness import unchecked
from harness.diagnosis.optional_filters import would_leave_none
from harness.diagnosis.sheet import DISK, MEMORY, Holder, Sheet

_MB_IN_GB = 1024


def with_room(case: Case, hosts: Sequence[str]) -> Judgement:
    """Return why a server was refused by hosts on which placement had room, as it is worked out
    from what was seen later: where placement itself found none then, no filter was asked."""
    if case.without_candidate:
        return _given_back(case, hosts)
    roomy = f"placement had room on {', '.join(hosts)}"
    return against(case, roomy, hosts) or _unexplained(roomy, case, hosts)


def against(case: Case, roomy: str, hosts: Sequence[str]) -> Judgement | None:
    """Return which numbers of hosts' own, or nova's of them, were against a server on all of some
    hosts; None where none were. ``roomy`` says why these hosts are looked at."""
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
            f"the tracker of {sheet.host} counts {rest} {words(sheet.resource)} for nobody, "
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
            f"{sheet.host} itself has {sheet.free} of {sheet.capacity} {words(sheet.resource)} "
            f"left, {_wanted(case, sheet.resource)} were asked for"
            for sheet in beyond
        )
        return Judgement(Cause.OVERCOMMIT, sentences([f"{roomy} by its allocation ratios", told]))
    return None


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
    surely = "" if not (perhaps or case.wavering or case.later) else " for certain"
    said = [roomy, *_closed_since(case, hosts)]
    said += [f"nothing that was seen speaks{surely} against these hosts"]
    said += [*perhaps, *beside(case, _alike(case, hosts)), *unchecked(case.demand, case.snapshot)]
    if gap := unseen(case.snapshot, real.NEEDS):
        said.append(gap)
    absent = [name for name in real.NEEDS if case.snapshot[name].absent]
    said += ["the hosts' real memory and disk were not looked at"] if absent else []
    return Judgement(Cause.UNKNOWN, sentences(said))


def _given_back(case: Case, hosts: Sequence[str]) -> Judgement:
    """Placement found no host then, and has room as of the look."""
    when = case.scene.when(case.scene.now) or "now"
    perhaps = list(would_leave_none(case.demand, hosts, case.snapshot, of_placement=True))
    unknown = unchecked(case.demand, case.snapshot)
    said = [
        "placement itself found none then, as nova's fault tells; as of the look "
        f"({when}) there is room on {', '.join(hosts)}",
        *_closed_since(case, hosts),
    ]
    if not _alike(case, hosts):
        more = ", or it asked for more than is seen" if perhaps or unknown else ""
        said.append(f"something was given back since (an allocation, a service, a trait){more}")
    said += [*perhaps, *beside(case, _alike(case, hosts)), *unknown]
    return Judgement(Cause.UNKNOWN, sentences(said))


def _closed_since(case: Case, hosts: Sequence[str]) -> Iterator[str]:
    """Yield that a server was likely refused because the hosts with room were closed, where they
    all were afterwards; and what holds of the other hosts then."""
    if not _alike(case, hosts):
        return
    told = listed(of_hosts({host: case.later[host] for host in hosts}))
    yield f"likely these were closed to it, but they were {NOT_KNOWN}: {told}"
    if others := [host for host in case.open if host not in hosts]:
        found = without_room(case, others)
        yield f"of the others it would be said, {found.cause}: {found.because.rstrip('.')}"


def _alike(case: Case, hosts: Sequence[str]) -> Sequence[str]:
    """Return the hosts where all of them were closed later, else none."""
    return hosts if set(hosts) <= set(case.later) else ()


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
