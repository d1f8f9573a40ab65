"""Nothing is left of tests that are over."""

from collections.abc import Iterator, Sequence

from harness.accounting.cloud_clock import cloud_now, unchanged_for
from harness.accounting.makers import Makers, makers
from harness.accounting.residue import HOURS, MOVES, VIEWS, Thing, things
from harness.core.invariant import Breach, Circumstances, Doubt, invariant
from harness.core.snapshot import Snapshot

_CALM = 60.0
"""Seconds without a change of anything that tests made, after which no test is running."""


@invariant(also=(*VIEWS, *MOVES), beside=("deleted_servers",), only_at_rest=True)
def nothing_left_behind(
    snapshot: Snapshot, circumstances: Circumstances
) -> Iterator[Breach | Doubt]:
    """On a cloud at rest nothing is left of tests, of projects that are gone, or stuck.

    Told by tempest's names and those of soaks, and by the projects: keystone takes a project away
    and asks no other service (keystone/resource/core.py: delete_project). While tests run, what
    they made is what they work with: as long as a thing of theirs is being worked on, or changed in
    the last 60 s by the cloud's clock, only what has not changed for two hours counts.
    """
    who = makers(snapshot, circumstances)
    found = list(things(snapshot, circumstances, who))
    busy = _busy(found) or _just_deleted(snapshot, who)
    for thing in found:
        if thing.excused:
            continue
        if busy and not _old(thing):
            text = f"{thing.text}; tests seem to be running: {busy}"
            yield Doubt(thing.row.key, thing.host, text, thing.views, passing=True)
        elif thing.maker.is_test:
            yield thing.breach("no test that is running seems to use it, so it should be gone")
        elif thing.stuck:
            yield thing.breach("expected its service to be done with it")
        else:
            yield thing.breach("expected it to be gone with its project")


def _old(thing: Thing) -> bool:
    return not thing.doing and thing.age is not None and thing.age >= HOURS


def _busy(left: Sequence[Thing]) -> str:
    """Return what shows that tests are running, or ""."""
    for thing in left:
        if thing.doing:
            return f"{thing.kind.name} {thing.row.key} is {thing.doing}"
    aged = [(thing.age, thing) for thing in left if thing.age is not None and thing.age < _CALM]
    if not aged:
        return ""
    age, youngest = min(aged, key=lambda pair: pair[0])
    return f"{youngest.kind.name} {youngest.row.key} changed {max(age, 0):.0f} s ago"


def _just_deleted(snapshot: Snapshot, who: Makers) -> str:
    """Return which server of a test's was deleted a moment ago, or ""."""
    now = cloud_now(snapshot)
    for server in snapshot["deleted_servers"]:
        age = unchanged_for(server, now)
        maker = who.of("servers", server.uuid, server.name, server.project)
        if maker.is_test and age is not None and age < _CALM:
            return f"server {server.uuid} was deleted {max(age, 0):.0f} s ago"
    return ""
