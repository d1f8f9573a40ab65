"""One cell: a fault at one URL, looked at through the real adapters and judged by all rules."""

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from harness.adapters.cloud import OpenStackCloud, connect
from harness.adapters.cloud.api import breakers_for
from harness.adapters.cloud.breaker import Probing
from harness.adapters.cloud.time_limit import TimeLimit
from harness.cli import assembly
from harness.core.answers.capture import Capture
from harness.core.iterations.history import Run
from harness.core.rules.invariant import Check
from harness.core.rules.reading import Patience
from harness.core.rules.verdict import Verdict
from harness.core.runs.judging import Past, circumstances, look
from harness.core.views.snapshot import Snapshot
from harness.core.views.source import CloudSource
from harness.observe import Observer
from tests.quality.outages.faults import FAULTS, Fault, changes
from tests.quality.outages.faulty_server import FaultyServer
from tests.quality.outages.recorded_cloud import Asked, Endpoint, host_answers

LAWS = assembly.laws(Patience(), 1800.0)
RUN = Run("outage", "fake", 0.0, "soakffffff")
SLOW = frozenset({"hang", "slow drip", "slow drip of headers"})
SHORT, LONG = 0.25, 20.0
"""Limits of a question in seconds: where the fault is to use it up, and elsewhere."""


@dataclass(frozen=True)
class Cell:
    """What became of a fault at a URL. ``seconds`` is how long the look took."""

    endpoint: str
    fault: str
    snapshot: Snapshot
    checks: Mapping[str, Check]
    seconds: float

    @property
    def gaps(self) -> dict[str, str]:
        """View -> why it was not seen."""
        return {
            name: "; ".join(view.gaps.values())
            for name, view in self.snapshot.views.items()
            if view.gaps
        }

    def named(self, verdict: Verdict) -> set[str]:
        """Return the rules with a verdict; a rule that was skipped has none."""
        return {n for n, c in self.checks.items() if not c.skipped and c.verdict is verdict}


@dataclass
class Bench:
    """A cloud at hand: its server, a login, and what is seen and said where nothing is wrong."""

    server: FaultyServer
    cloud: OpenStackCloud
    healthy: Capture
    past: Past
    asks: Mapping[str, frozenset[str]]
    requests: Mapping[str, Sequence[Asked]]

    def cells(self, endpoint: Endpoint) -> list[Fault]:
        """Return the faults that make a difference at a URL."""
        asked = self.requests[endpoint.name]
        return [f for f in FAULTS if f.applies(endpoint) and changes(f, endpoint, asked)]

    def hit(self, endpoint: Endpoint) -> set[str]:
        """Return the views whose sources ask a URL."""
        return {name for name, urls in self.asks.items() if endpoint.name in urls}

    def look(self, endpoint: Endpoint, fault: Fault, *, all_views: bool = False) -> Cell:
        """Look at the cloud with a fault in it.

        But for ``all_views`` only those who ask that URL are asked again, which is quicker.
        """
        hit = self.hit(endpoint)
        sources = [s for s in LAWS.sources if all_views or s.name in hit]
        short = SHORT if endpoint.name != "audit stamps" else 10 * SHORT
        cloud = _cloud(self.cloud, short if fault.name in SLOW else LONG)
        self.server.acts[endpoint.name] = fault.act
        started = time.monotonic()
        try:
            seen = observer(cloud, sources).observe()
        finally:
            self.server.acts.clear()
        return self.judged(endpoint.name, fault.name, seen, time.monotonic() - started)

    def judged(self, endpoint: str, fault: str, seen: Capture, seconds: float = 0.0) -> Cell:
        """Judge an observation; what was not asked in it is as it was."""
        asked = {answer.source for answer in seen.answers}
        rest = tuple(a for a in self.healthy.answers if a.source not in asked)
        around = circumstances(LAWS, RUN, 1, self.past)
        snapshot, reading = look(Capture((*seen.answers, *rest)), LAWS, around)
        return Cell(endpoint, fault, snapshot, {c.invariant: c for c in reading.checks}, seconds)


def observer(cloud: OpenStackCloud, sources: Sequence[Any]) -> Observer:
    """Return what looks at the APIs; the hosts, which are not asked by HTTP, are as recorded."""
    apis = tuple(source for source in sources if isinstance(source, CloudSource))
    return replace(
        assembly.observer(replace(LAWS, sources=()), cloud, "", 1.0), sources=apis, beside=()
    )


def _cloud(cloud: OpenStackCloud, seconds: float) -> OpenStackCloud:
    """Return a cloud of which nothing is known yet, over the same login."""
    limit: TimeLimit = cloud._limit
    limit.seconds = seconds
    breakers = breakers_for(Probing())
    return OpenStackCloud(
        cloud._connection,
        cloud.name,
        cloud._opened,
        limit,
        breakers,
        lambda _s: None,
    )


@contextmanager
def bench(server: FaultyServer, folder: Path) -> Iterator[Bench]:
    """Log in, look at the healthy cloud, and learn who asks what."""
    yaml = str(server.clouds_yaml(folder))
    cloud = connect("fake", timeout=LONG, config_files=[yaml])
    asks: dict[str, frozenset[str]] = {}
    answers = list(host_answers())
    for source in LAWS.sources:
        if isinstance(source, CloudSource):
            server.asked.clear()
            answers += observer(_cloud(cloud, LONG), [source]).observe().answers
            asks[source.name] = frozenset(server.asked)
    healthy = Capture(tuple(answers))
    snapshot, _ = look(healthy, LAWS, circumstances(LAWS, RUN, 0, Past()))
    requests = {name: tuple(asked) for name, asked in server.requests.items()}
    yield Bench(server, cloud, healthy, Past(snapshot), asks, requests)
    cloud.close()
