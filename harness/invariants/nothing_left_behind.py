"""Nothing is left of tests that are over."""

from collections.abc import Iterator, Sequence
from typing import Any

from harness.accounting.cloud_clock import cloud_now, unchanged_for
from harness.accounting.makers import Makers, makers
from harness.accounting.residue import HOURS, MOVES, VIEWS, Thing, things
from harness.core.rules.invariant import Breach, Circumstances, Doubt, invariant
from harness.core.views.snapshot import Snapshot

_CALM = 60.0
"""Seconds without a change of anything that tests made, after which no test is running."""

_RECENT = 600.0
"""Seconds during which a test may still be at work that just waits for something."""


@invariant(also=(*VIEWS, *MOVES), beside=("deleted_servers",), only_at_rest=True)
def nothing_left_behind(
    snapshot: Snapshot, circumstances: Circumstances
) -> Iterator[Breach | Doubt]:
    """On a cloud at rest nothing is left of tests, of projects that are gone, or stuck.

    Told by tempest's names and those of soaks, and by the projects: keystone takes a project away
    and asks no other service (keystone/resource/core.py: delete_project). While tests run, what
    they made is what they work with: as long as a thing of theirs is being worked on, or changed in
    the last 60 s by the cloud's clock, only what has not changed for two hours counts. What changed
    in the last ten minutes, or has no time at all (projects, users), must be seen for 60 s more:
    a test that waits changes nothing.
    """
    who = makers(snapshot, circumstances)
    found = list(things(snapshot, circumstances, who))
    deleted = _last_deleted(snapshot, who)
    busy = _busy(found, deleted)
    hold = 0.0 if _long_calm(found, deleted) else _CALM
    for thing in found:
        if thing.excused:
            continue
        if busy and not _old(thing):
            text = f"{thing.text}; tests seem to be running: {busy}"
            yield Doubt(thing.row.key, thing.host, text, thing.views, passing=True)
        elif thing.maker.is_test:
            text = "no test that is running seems to use it, so it should be gone"
            yield thing.breach(text, hold)
        elif thing.stuck:
            yield thing.breach("expected its service to be done with it")
        else:
            yield thing.breach("expected it to be gone with its project")


def _long_calm(left: Sequence[Thing], deleted: tuple[float, str] | None) -> bool:
    """Tell whether the times of the things prove that no test has been at work for long."""
    ages = [thing.age for thing in left if thing.age is not None]
    ages += [deleted[0]] if deleted else []
    return bool(ages) and min(ages) >= _RECENT


def _old(thing: Thing) -> bool:
    return not thing.doing and thing.age is not None and thing.age >= HOURS


def _busy(left: Sequence[Thing], deleted: tuple[float, str] | None) -> str:
    """Return what shows that tests are running, or ""."""
    for thing in left:
        if thing.doing:
            return f"{thing.kind.name} {thing.row.key} is {thing.doing}"
    aged = [(thing.age, thing) for thing in left if thing.age is not None and thing.age < _CALM]
    if aged:
        age, youngest = min(aged, key=lambda pair: pair[0])
        return f"{youngest.kind.name} {youngest.row.key} changed {max(age, 0):.0f} s ago"
    if deleted and deleted[0] < _CALM:
        return f"server {deleted[1]} was deleted {max(deleted[0], 0):.0f} s ago"
    return ""


def _last_deleted(snapshot: Snapshot, who: Makers) -> tuple[float, str] | None:
    """Return the age of the newest deletion of a test's server, and the server; None for none."""
    now = cloud_now(snapshot)
    found = []
    for server in snapshot["deleted_servers"]:
        age = unchanged_for(server, now)
        if age is not None and who.of("servers", *_named(server)).is_test:
            found.append((age, server.uuid))
    return min(found, default=None)


def _named(server: Any) -> tuple[str, str, str]:
    return server.uuid, server.name, server.project
