"""A demand that was not met, with all that is known of the moment; and how it is said."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from harness.core.apis.nova import RETRIED
from harness.core.iterations.boots import Cause
from harness.core.views.snapshot import Snapshot
from harness.diagnosis import promised as placement
from harness.diagnosis.counterfactual import Room
from harness.diagnosis.openness import Demand, refused
from harness.diagnosis.scene import Scene
from harness.diagnosis.sheet import DISK, MEMORY, Sheet
from harness.diagnosis.standings import reasons_in

_WORDS = {"VCPU": "vCPUs", "PCPU": "dedicated CPUs", MEMORY: "MB of memory", DISK: "GB of disk"}
_NO_CANDIDATE = "no valid host was found."
_FILTERED = "there are not enough hosts available"
NOT_KNOWN = "closed when it was looked, and whether they were before is not known"


@dataclass(frozen=True)
class Judgement:
    """A cause and what it rests on, in sentences."""

    cause: Cause
    because: str


@dataclass(frozen=True)
class Case:
    """A demand at a moment. ``fault`` is nova's text, ``tried`` the hosts on which it was built in
    vain, as far as nova tells them."""

    demand: Demand
    fault: str
    scene: Scene
    tried: tuple[str, ...] = ()

    @property
    def snapshot(self) -> Snapshot:
        return self.scene.snapshot

    @property
    def built(self) -> bool:
        """Whether it came to a host, so that hosts were open to it, and failed there."""
        return bool(RETRIED.search(self.fault) or (self.tried and not self.fault.strip()))

    @property
    def without_candidate(self) -> bool:
        """Whether nova's fault says that placement itself found no host: then no filter was asked
        (nova/scheduler/manager.py: select_destinations gives no reason then)."""
        return self.fault.strip().lower() == _NO_CANDIDATE

    @property
    def filtered(self) -> bool:
        """Whether nova's fault says that placement found hosts, and filters refused them or others
        took them first (nova/scheduler/manager.py: _ensure_sufficient_hosts)."""
        return _FILTERED in self.fault.lower()

    @cached_property
    def closed(self) -> dict[str, tuple[str, ...]]:
        """host -> why it was closed for certain, () where it was not. One that was closed in only
        one of the looks before and after counts as open: see ``wavering`` and ``later``."""
        now = self.scene.when(self.scene.now)
        stood = self._stood if self._seen_before else (lambda _host, _enough: ())
        return {
            host: (*stood(host, all), *(f"{why}{_of_time(now)}" for why in reasons))
            for host, reasons in refused(self.demand, self.snapshot).items()
        }

    @cached_property
    def wavering(self) -> dict[str, tuple[str, ...]]:
        """host -> why, of those that were closed before and open after, or the other way."""
        return self._perhaps if self._seen_before else {}

    @cached_property
    def later(self) -> dict[str, tuple[str, ...]]:
        """host -> why, of those that were closed after the moment, while nobody had looked before:
        they may have been closed since."""
        return {} if self._seen_before else self._perhaps

    @property
    def _seen_before(self) -> bool:
        then = self.scene.then
        return then is not None and any(each.moment <= then for each in self.scene.standings)

    @property
    def _perhaps(self) -> dict[str, tuple[str, ...]]:
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
        sheets: dict[str, dict[str, list[Sheet]]] = {}
        shared: dict[str, list[Sheet]] = {}
        for sheet in self.promised:
            of = sheets.setdefault(sheet.host, {}) if sheet.host in hosts else shared
            of.setdefault(sheet.resource, []).append(sheet)
        names = {node.uuid: node.host for node in self.snapshot["hypervisors"]}
        most: dict[tuple[str, str], int] = {}
        for provider in self.snapshot["providers"]:
            host = names.get(provider.root, "")
            for resource, inventory in provider.inventories.items() if host else ():
                if inventory.most is not None:
                    known = most.get((host, resource), inventory.most)
                    most[host, resource] = max(known, inventory.most)
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
    yield from of_hosts(case.closed)


def of_hosts(told: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    for host, reasons in sorted(told.items()):
        if reasons:
            yield f"{host}: {', '.join(reasons)}"


def beside(case: Case, told: Iterable[str] = ()) -> list[str]:
    """Return what is to be said of hosts beside those that are in question, and of those that were
    closed later but for those that are ``told`` of already."""
    closed, wavering = listed(why_closed(case)), listed(of_hosts(case.wavering))
    known = frozenset(told)
    later = listed(of_hosts({h: why for h, why in case.later.items() if h not in known}))
    return [
        *([f"closed were: {closed}"] if closed else []),
        *([f"closed in one of the looks around it: {wavering}"] if wavering else []),
        *([f"{NOT_KNOWN}: {later}"] if later else []),
    ]


def words(resource: str) -> str:
    """Return what a resource of placement is counted in."""
    return _WORDS.get(resource, resource)


def listed(texts: Iterable[str], most: int = 4) -> str:
    """Join texts, the first ones where there are many."""
    known = list(texts)
    more = f"; {len(known) - most} more" if len(known) > most else ""
    return "; ".join(known[:most]) + more


def sentences(texts: Iterable[str]) -> str:
    """Join sentences. A host's name is left as it is."""
    return ". ".join(texts) + "."
