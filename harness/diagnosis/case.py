"""A demand that was not met, with all that is known of the moment; and how it is said."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from harness.core.boots import Cause
from harness.core.snapshot import Snapshot
from harness.diagnosis import promised as placement
from harness.diagnosis.counterfactual import Room
from harness.diagnosis.openness import Demand, closed
from harness.diagnosis.scene import Scene
from harness.diagnosis.sheet import DISK, MEMORY, Sheet

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


def unseen(snapshot: Snapshot, needs: Iterable[str]) -> str:
    gaps = [
        f"{name} was not seen: {reason}"
        for name in dict.fromkeys(needs)
        for reason in snapshot[name].gaps.values()
    ]
    return gaps[0] if gaps else ""


def why_closed(case: Case) -> Iterator[str]:
    for host, reasons in sorted(case.closed.items()):
        if reasons:
            yield f"{host}: {', '.join(reasons)}"


def listed(texts: Iterable[str], most: int = 4) -> str:
    """Join texts, the first ones where there are many."""
    known = list(texts)
    more = f"; {len(known) - most} more" if len(known) > most else ""
    return "; ".join(known[:most]) + more


def sentences(texts: Iterable[str]) -> str:
    """Join sentences. A host's name is left as it is."""
    return ". ".join(texts) + "."
