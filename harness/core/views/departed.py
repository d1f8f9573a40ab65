"""Compute hosts that left the cloud: nova knows them no more, and they do not answer.

A host that does not answer is UNKNOWN while nova has a compute service, a compute node or a server
of it, whether it is down or not. One that was taken out of the cloud would be so for ever: it is
said to have left instead, and what lies there is no longer looked for. One that nova knows no more
and that still answers is judged as ever: what is left there is what nova has forgotten.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from harness.core.answers.capture import CLOUD, Answer, Capture
from harness.core.views.snapshot import Snapshot
from harness.core.views.source import HostSource, ProbeSource, Source, TableSource

_TELLING = ("services", "hypervisors", "servers")
"""The views that tell which compute hosts nova knows."""
_COMPUTE = "nova-compute"


def known_to_nova(snapshot: Snapshot) -> frozenset[str] | None:
    """Return the compute hosts that nova knows, None where that was not seen."""
    if any(snapshot[view].gap() for view in _TELLING):
        return None
    services = {row.host for row in snapshot["services"] if row.binary == _COMPUTE}
    others = {row.host for view in _TELLING[1:] for row in snapshot[view]}
    return frozenset(services | others) - {""}


def without_departed(snapshot: Snapshot, sources: Sequence[Source]) -> Snapshot:
    """Return a snapshot in which hosts that left are no gaps (``View.left``)."""
    known = known_to_nova(snapshot)
    if known is None:
        return snapshot
    views = dict(snapshot.views)
    for source in sources:
        view = snapshot[source.name]
        if isinstance(source, HostSource | ProbeSource):
            left = frozenset(view.gaps) - known - {CLOUD}
            gaps = {place: why for place, why in view.gaps.items() if place not in left}
            views[source.name] = replace(view, gaps=gaps, left=left) if left else view
    return replace(snapshot, views=views)


def departed(snapshot: Snapshot) -> Mapping[str, tuple[str, ...]] | None:
    """Return each host that left and answers nothing at all -> its views; None where nova does not
    tell. The snapshot is one of ``without_departed``.
    """
    if known_to_nova(snapshot) is None:
        return None
    found: dict[str, tuple[str, ...]] = {}
    answering: set[str] = set()
    for name, view in sorted(snapshot.views.items()):
        answering |= (view.asked or frozenset()) - view.gaps.keys() - view.left
        for host in sorted(view.left):
            found[host] = (*found.get(host, ()), name)
    return {host: names for host, names in found.items() if host not in answering}


@dataclass
class Watched:
    """The hosts that a run asks, beside those that nova lists: all that were ever asked, but for
    those that left. Of these an observation says that they were not asked."""

    sources: Sequence[Source]
    asked: set[str] = field(default_factory=set)
    left: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def hosts(self) -> tuple[str, ...]:
        return tuple(sorted(self.asked - self.left.keys()))

    def recall(self, capture: Capture) -> None:
        """Take up the hosts that an earlier driver asked: each is asked once more."""
        self.asked |= self._places(capture)

    def took(self, capture: Capture) -> Capture:
        """Return an observation with what is said of the hosts that were left out of it."""
        here, at = self._places(capture), capture.started
        self.asked |= here
        reason = "not asked: nova knew it no more, and it did not answer"
        silent = tuple(
            Answer(view, host, at, at, None, reason)
            for host in sorted(self.left.keys() - here)
            for view in self.left[host]
        )
        return Capture((*capture.answers, *silent)) if silent else capture

    def saw(self, snapshot: Snapshot) -> None:
        """Note who left, as an observation that was read tells it; else it stays as it was."""
        gone = departed(snapshot)
        self.left = self.left if gone is None else gone

    def _places(self, capture: Capture) -> set[str]:
        """Return the hosts that were asked; a place may be a database too."""
        tables = {each.name for each in self.sources if isinstance(each, TableSource)}
        return {answer.place for answer in capture.answers if answer.source not in tables} - {CLOUD}
