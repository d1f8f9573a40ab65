"""A demand that was not met, with all that is known of the moment; and how it is said."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from harness.core.boots import Cause
from harness.core.snapshot import Snapshot
from harness.diagnosis import promised as placement
from harness.diagnosis.counterfactual import Room
from harness.diagnosis.openness import Demand, refused
from harness.diagnosis.scene import Scene
from harness.diagnosis.sheet import DISK, MEMORY, Sheet
from harness.diagnosis.standings import reasons_in

WORDS = {"VCPU": "vCPUs", "PCPU": "dedicated CPUs", MEMORY: "MB of memory", DISK: "GB of disk"}


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
        """host -> why it was closed, () where it was open. One that was closed in only one of the
        looks before and after counts as open: see ``wavering``."""
        now = self.scene.when(self.scene.now)
        return {
            host: (*self._stood(host, all), *(f"{why}{_of_time(now)}" for why in reasons))
            for host, reasons in refused(self.demand, self.snapshot).items()
        }

    @cached_property
    def wavering(self) -> dict[str, tuple[str, ...]]:
        """host -> why, of those that were closed before and open after, or the other way."""
        told = {host: self._stood(host, any) for host, why in self.closed.items() if not why}
        return {host: why for host, why in told.items() if why}

    def _stood(self, host: str, enough: Callable[[Iterable[bool]], bool]) -> tuple[str, ...]:
        """Return why a host was closed in all looks around the moment, or in any of them, each with
        its time; () where it was not."""
        looks = [
            (self.scene.when(each.moment), reasons_in(each, host, self.demand.zone))
            for each in self.scene.standings
        ]
        if not looks or not enough(bool(reasons) for _, reasons in looks):
            return ()
        times: dict[str, list[str]] = {}
        for when, reasons in looks:
            for reason in reasons or ("it was open",):
                times.setdefault(reason, []).append(when)
        return tuple(f"{reason}{_of_time(' and '.join(t))}" for reason, t in times.items())

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


def _of_time(when: str) -> str:
    return f" ({when})" if when else ""


def unseen(snapshot: Snapshot, needs: Iterable[str]) -> str:
    gaps = [
        f"{name} was not seen: {reason}"
        for name in dict.fromkeys(needs)
        for reason in snapshot[name].gaps.values()
    ]
    return gaps[0] if gaps else ""


def why_closed(case: Case) -> Iterator[str]:
    yield from _of_hosts(case.closed)


def why_wavering(case: Case) -> Iterator[str]:
    yield from _of_hosts(case.wavering)


def _of_hosts(told: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    for host, reasons in sorted(told.items()):
        if reasons:
            yield f"{host}: {', '.join(reasons)}"


def beside(case: Case) -> list[str]:
    """Return what is to be said of hosts beside those that are in question."""
    closed, wavering = listed(why_closed(case)), listed(why_wavering(case))
    return [
        *([f"closed were: {closed}"] if closed else []),
        *([f"closed in one of the looks around it: {wavering}"] if wavering else []),
    ]


def listed(texts: Iterable[str], most: int = 4) -> str:
    """Join texts, the first ones where there are many."""
    known = list(texts)
    more = f"; {len(known) - most} more" if len(known) > most else ""
    return "; ".join(known[:most]) + more


def sentences(texts: Iterable[str]) -> str:
    """Join sentences. A host's name is left as it is."""
    return ". ".join(texts) + "."
