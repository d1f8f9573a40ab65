"""Tests take away what they made."""

from collections.abc import Iterator
from typing import Any

from harness.accounting.makers import Maker, makers
from harness.core.invariant import Breach, Circumstances, Doubt, invariant
from harness.core.origin import Origin
from harness.core.snapshot import Snapshot

_VIEWS = {"server": "servers", "port": "ports"}


@invariant("servers", "ports", "projects", only_in_run=True)
def nothing_outlives_its_iteration(
    snapshot: Snapshot, circumstances: Circumstances
) -> Iterator[Breach | Doubt]:
    """What a test of an iteration made is gone when the iteration has ended.

    Told by name: all that an iteration's tests create begins with the iteration's prefix. Projects
    of tempest's own, whose prefix is fixed, count when they were not there at the baseline, and so
    does what they own, or owned: a thing whose project came and went since the baseline. A
    soft-deleted server is gone for its test; nova takes it away after reclaim_instance_interval.
    """
    baseline = circumstances.baseline or Snapshot(0.0, {})
    for view in ("projects", *_VIEWS.values()):
        if reason := baseline[view].gap():
            unknown = "no baseline was taken" if circumstances.baseline is None else reason
            yield Doubt(view, "", f"{view} of the baseline are not known: {unknown}")
    who = makers(snapshot, circumstances)
    waiting = {row.uuid for row in snapshot["servers"] if row.vm_state == "soft-delete"}
    for kind, view in _VIEWS.items():
        for row in snapshot[view]:
            maker = who.of(view, row.key, row.name, row.project)
            if maker.is_test and not {row.uuid, getattr(row, "device", "")} & waiting:
                yield _left(kind, view, row, maker)
    for row in snapshot["projects"]:
        if row.test_class and who.projects_seen and row.key not in who.old:
            maker = Maker(Origin.TEST_LEFT, f"for a test class ({row.test_class})")
            yield _left("project", "projects", row, maker)


def _left(kind: str, view: str, row: Any, maker: Maker) -> Breach:
    host = getattr(row, "host", "")
    where = f" on {host}" if host else ""
    return Breach(
        row.uuid,
        host,
        f"{kind} {row.name!r} ({row.uuid}), made {maker.text}, is still there{where}; expected it "
        "to be gone with its iteration",
        {view: f"{kind} {row.name!r} is listed{where}"},
        origin=maker.origin,
        owner=maker.text,
    )
