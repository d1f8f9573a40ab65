"""Tests take away what they made."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from harness.core.invariant import Breach, Circumstances, Doubt, invariant
from harness.core.snapshot import Snapshot
from harness.sources.projects import Project

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
    makers = _makers(snapshot, baseline, circumstances.prefix)
    waiting = {row.uuid for row in snapshot["servers"] if row.vm_state == "soft-delete"}
    for kind, view in _VIEWS.items():
        for row in snapshot[view]:
            maker = makers.of(row, view)
            if maker and row.uuid not in waiting and getattr(row, "device", "") not in waiting:
                yield _left(kind, view, row, maker)
    for project in makers.projects.values():
        yield _left("project", "projects", project, f"for a test class ({project.test_class})")


@dataclass(frozen=True)
class _Makers:
    """Tells which test made a thing.

    ``projects`` are those that tempest made since the baseline, ``known`` all projects of then or
    now, and ``old`` the keys of each view at the baseline. What is not known of it is left out.
    """

    prefix: str | None
    projects: Mapping[str, Project]
    known: frozenset[str]
    old: Mapping[str, frozenset[str]]

    def of(self, row: Any, view: str) -> str:
        """Return who made a thing, or "" where it was no test of this run."""
        owner = self.projects.get(row.project)
        named = f" ({owner.test_class})" if owner else ""
        if self.prefix:
            made = re.fullmatch(rf"{re.escape(self.prefix)}i(\d+)(-.*)?", row.name, re.DOTALL)
            if made:
                return f"by a test of iteration {made[1]}{named or _class_in(made[2] or '')}"
        if owner:
            return f"by a test{named}"
        orphan = row.project and row.project not in self.known
        if orphan and view in self.old and row.key not in self.old[view]:
            return f"in project {row.project}, which came and went since the baseline"
        return ""


def _makers(snapshot: Snapshot, baseline: Snapshot, prefix: str | None) -> _Makers:
    if baseline["projects"].gap():
        return _Makers(prefix, {}, frozenset(), {})
    before, now = baseline["projects"].by_key(), snapshot["projects"].by_key()
    made = {uuid: row for uuid, row in now.items() if row.test_class and uuid not in before}
    old = {
        view: frozenset(baseline[view].by_key())
        for view in _VIEWS.values()
        if baseline[view].gap() is None
    }
    return _Makers(prefix, made, frozenset({*before, *now}), old)


def _class_in(rest: str) -> str:
    """Return the part of a tempest name that looks like a test class, in brackets, or ""."""
    parts = [part for part in rest.split("-") if re.fullmatch(r"[A-Z]\w*[a-z]\w*", part)]
    return f" ({parts[0]})" if parts else ""


def _left(kind: str, view: str, row: Any, maker: str) -> Breach:
    host = getattr(row, "host", "")
    where = f" on {host}" if host else ""
    return Breach(
        row.uuid,
        host,
        f"{kind} {row.name!r} ({row.uuid}), made {maker}, is still there{where}; expected it to be "
        "gone with its iteration",
        {view: f"{kind} {row.name!r} is listed{where}"},
    )
