"""Compute hosts that come to the cloud and leave it in the middle of a run: each is told once."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from harness.core.views.departed import departed, known_to_nova
from harness.core.views.snapshot import Snapshot

CAME, BACK, LEFT, UNSEEN = "came", "came back", "left", "left and does not answer"
"""Nova knows it for the first time; again; no more; no more, and nothing of it answers, so that it
is not asked any longer."""
_THERE = (CAME, BACK)


@dataclass(frozen=True)
class HostChange:
    """What became of a compute host: one of the four above."""

    host: str
    what: str


def first_seen(snapshot: Snapshot) -> Mapping[str, str]:
    """Return host -> CAME for each that a baseline saw, of which nothing is told."""
    return dict.fromkeys(sorted(known_to_nova(snapshot) or ()), CAME)


def changes_of(snapshot: Snapshot, before: Mapping[str, str]) -> tuple[HostChange, ...]:
    """Return what became of the hosts. ``before`` is what last became of each that was seen."""
    known, gone = known_to_nova(snapshot), departed(snapshot)
    if known is None or gone is None:
        return ()
    now = {host: UNSEEN if host in gone else LEFT for host in before.keys() - known}
    now |= {host: BACK if host in before else CAME for host in known}
    return tuple(
        HostChange(host, what)
        for host, what in sorted(now.items())
        if what != before.get(host) and not (what == BACK and before[host] in _THERE)
    )


def after(before: Mapping[str, str], changes: Iterable[HostChange]) -> Mapping[str, str]:
    """Return what last became of each host, with what became of some."""
    return {**before, **{change.host: change.what for change in changes}}
