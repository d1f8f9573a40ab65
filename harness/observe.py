"""One observation: every source asked once, every answer or failure kept as it came."""

import math
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from queue import SimpleQueue
from typing import Any

from harness.core.answers.bodies import in_short
from harness.core.answers.capture import CLOUD, Answer, Capture
from harness.core.ports import (
    Absent,
    Clock,
    Cloud,
    Databases,
    HostProbes,
    HostReply,
    Hypervisors,
    Unreachable,
)
from harness.core.views.source import (
    CloudSource,
    DriverSource,
    HostSource,
    ProbeSource,
    Source,
    TableSource,
)


@dataclass(frozen=True)
class Observer:
    """Observes a cloud.

    ``host_list`` names the source whose answer tells the hosts, and ``hosts_in`` finds them in it.
    ``addresses`` maps each host source to its "module:attribute". ``last`` names the source that is
    asked when all others have answered, or is "". ``beside`` are further connections to the cloud:
    as many sources are asked at the same time as there are connections, each used by one at a time.
    ``limit`` is in seconds: no API is asked any more when an observation has taken so long.
    ``exhibit`` is the name and address of what hosts are then asked of the things that ``suspects``
    finds in the answers. ``probes`` asks the hosts for the views of the host probe, ``databases``
    nova's databases for those of tables; without them these views are absent. ``own`` looks at the
    process that drives the run, given the time; it may raise Unreachable.
    """

    sources: Sequence[Source]
    cloud: Cloud
    hypervisors: Hypervisors
    clock: Clock
    host_list: str
    hosts_in: Callable[[Answer], tuple[str, ...]]
    addresses: Mapping[str, str]
    last: str = ""
    beside: Sequence[Cloud] = ()
    exhibit: tuple[str, str] = ("", "")
    limit: float = math.inf
    suspects: Callable[[Sequence[Answer]], Sequence[str]] = lambda _answers: ()
    probes: HostProbes | None = None
    own: Callable[[float], Any] | None = None
    databases: Databases | None = None

    def observe(self, known_hosts: Sequence[str] = ()) -> Capture:
        """Ask everything once. ``known_hosts`` are asked too, listed or not: a host that left the
        list may still hold what nova has forgotten.

        Hosts are asked while the APIs are, so that the views are as close in time as can be. The
        last source is asked by itself: what it shows unchanged in two observations did not change
        while all else was asked in the second.
        """
        apis = [source for source in self.sources if isinstance(source, CloudSource)]
        until = self.clock.now() + self.limit
        driver = self._look_at_driver()
        first = [self._read(s, self.cloud, until) for s in apis if s.name == self.host_list]
        listed = self.hosts_in(first[0]) if first and first[0].error is None else ()
        hosts = tuple(sorted({*listed, *known_hosts}))
        with ThreadPoolExecutor(max_workers=3) as beside:
            asking = beside.submit(self._ask_hosts, hosts)
            probing = beside.submit(self._probe_hosts, hosts)
            reading = beside.submit(self._ask_databases)
            apart = (self.host_list, self.last)
            rest = self._read_all([source for source in apis if source.name not in apart], until)
            answers = [*first, *rest, *asking.result(), *probing.result(), *reading.result()]
        answers += [self._read(s, self.cloud, until) for s in apis if s.name == self.last]
        answers += self._exhibits(hosts, self.suspects(answers))
        if not hosts and first:
            answers += self._no_hosts(first[0])
        return Capture((*answers, *driver))

    def _look_at_driver(self) -> list[Answer]:
        """Look at the process itself while nothing is asked yet: what is open then is left over."""
        names = [source.name for source in self.sources if isinstance(source, DriverSource)]
        if self.own is None:
            return []
        now = self.clock.now()
        try:
            body, error = self.own(now), None
        except Unreachable as reason:
            body, error = None, str(reason)
        return [Answer(name, CLOUD, now, self.clock.now(), body, error) for name in names]

    def _read_all(self, sources: Sequence[CloudSource], until: float) -> list[Answer]:
        """Ask the sources side by side; their answers are in the order of the sources."""
        free: SimpleQueue[Cloud] = SimpleQueue()
        for cloud in (self.cloud, *self.beside):
            free.put(cloud)

        def read(source: CloudSource) -> Answer:
            cloud = free.get()
            try:
                return self._read(source, cloud, until)
            finally:
                free.put(cloud)

        with ThreadPoolExecutor(max_workers=1 + len(self.beside)) as pool:
            return list(pool.map(read, sources))

    def _read(self, source: CloudSource, cloud: Cloud, until: float) -> Answer:
        started = self.clock.now()
        body, error, absent, silent = None, None, False, ""
        try:
            within = _Within(cloud, self.clock, until, self.limit)
            body = in_short(source.read(within if math.isfinite(self.limit) else cloud))
        except Absent as reason:
            error, absent = str(reason), True
        except Unreachable as reason:
            error, silent = str(reason), reason.silent
        except Exception as reason:  # noqa: BLE001 - one view's surprise must not cost the others
            error = f"the answer could not be read: {type(reason).__name__}: {reason}"
        return Answer(source.name, CLOUD, started, self.clock.now(), body, error, absent, silent)

    def _ask_hosts(self, hosts: Sequence[str]) -> list[Answer]:
        started = self.clock.now()
        replies = self.hypervisors.ask(hosts, self.addresses)
        ended = self.clock.now()
        return [
            _answer(name, host, replies[host], started, ended)
            for host in hosts
            for name in self.addresses
        ]

    def _probe_hosts(self, hosts: Sequence[str]) -> list[Answer]:
        views = [source.name for source in self.sources if isinstance(source, ProbeSource)]
        started = self.clock.now()
        if self.probes is None:
            reason = "no host probe is configured: set [host] probe or --host-probe"
            return [Answer(v, CLOUD, started, started, None, reason, absent=True) for v in views]
        replies = self.probes.ask(hosts, views)
        ended = self.clock.now()
        return [
            _answer(name, host, replies[host], started, ended) for host in hosts for name in views
        ]

    def _ask_databases(self) -> list[Answer]:
        statements = {s.name: s.statement for s in self.sources if isinstance(s, TableSource)}
        started = self.clock.now()
        if self.databases is None:
            why = "no database of nova's is configured: set [nova_database] url or --nova-database"
            return [Answer(n, CLOUD, started, started, None, why, absent=True) for n in statements]
        replies = self.databases.ask(statements)
        ended = self.clock.now()
        return [
            _answer(name, database, replies[database], started, ended)
            for database in self.databases.names
            for name in statements
        ]

    def _exhibits(self, hosts: Sequence[str], things: Sequence[str]) -> list[Answer]:
        """Ask the hosts of single things; a failure is kept, and costs no view anything."""
        if not hosts or not things:
            return []
        name, address = self.exhibit
        started = self.clock.now()
        replies = self.hypervisors.ask(hosts, {name: f"{address}#{','.join(things)}"})
        ended = self.clock.now()
        return [_answer(name, host, replies[host], started, ended) for host in hosts]

    def _no_hosts(self, first: Answer) -> list[Answer]:
        reason = f"{self.host_list} names no compute host with libvirt"
        if first.error is not None:
            reason = f"which hosts there are is not known: {first.error}"
        kinds = (HostSource, ProbeSource) if self.probes else (HostSource,)
        return [
            Answer(source.name, CLOUD, first.started, first.ended, None, reason)
            for source in self.sources
            if isinstance(source, kinds)
        ]


@dataclass(frozen=True)
class _Within:
    """A cloud that is asked nothing more at ``until``: many slow answers are a hang, too."""

    cloud: Cloud
    clock: Clock
    until: float
    limit: float

    def get(
        self,
        service: str,
        path: str,
        *,
        microversion: str | None = None,
        params: Mapping[str, str] | None = None,
    ) -> Any:
        if self.clock.now() >= self.until:
            took = f"this observation has taken {self.limit:g} s already"
            raise Unreachable(f"{service} {path}: not asked: {took}")
        return self.cloud.get(service, path, microversion=microversion, params=params)


def _answer(name: str, host: str, reply: HostReply, started: float, ended: float) -> Answer:
    if name in reply.bodies:
        return Answer(name, host, started, ended, reply.bodies[name])
    error = reply.errors.get(name, "it did not answer this question")
    return Answer(name, host, started, ended, None, error)
