"""Tests take away what they made."""

import re
from collections.abc import Iterator
from typing import Any

from harness.core.invariant import Breach, Circumstances, Doubt, invariant
from harness.core.snapshot import Snapshot


@invariant("servers", "ports", "projects", only_in_run=True)
def nothing_outlives_its_iteration(
    snapshot: Snapshot, circumstances: Circumstances
) -> Iterator[Breach | Doubt]:
    """What a test of an iteration made is gone when the iteration has ended.

    Told by name: all that an iteration's tests create begins with the iteration's prefix; projects
    of tempest's own, whose prefix is fixed, count when they were not there at the baseline, and so
    does what they own.
    """
    made = re.compile(
        re.escape(circumstances.prefix or "") + r"i(?P<iteration>\d+)(-(?P<rest>.*))?"
    )
    baseline = circumstances.baseline
    before = baseline["projects"].by_key() if baseline else {}
    if baseline is None or (gap := baseline["projects"].gap()):
        reason = gap if baseline else "no baseline was taken"
        yield Doubt("projects", "", f"projects of the baseline are not known: {reason}")
        before = snapshot["projects"].by_key()
    projects = {
        project.uuid: project
        for project in snapshot["projects"]
        if project.test_class and project.uuid not in before
    }
    for kind, view in (("server", "servers"), ("port", "ports")):
        for row in snapshot[view]:
            match = made.fullmatch(row.name) if circumstances.prefix else None
            owner = projects.get(row.project)
            if match or owner:
                origin = f"by a test of iteration {match['iteration']}" if match else "by a test"
                test_class = (
                    owner.test_class if owner else _class_in(match["rest"] if match else "")
                )
                yield _left(kind, view, row, origin, test_class)
    for project in projects.values():
        origin = "for a test class"
        yield _left("project", "projects", project, origin, project.test_class)


def _class_in(rest: str | None) -> str:
    """Return the part of a tempest name that looks like a test class, or ""."""
    parts = [part for part in (rest or "").split("-") if re.fullmatch(r"[A-Z]\w*[a-z]\w*", part)]
    return parts[0] if parts else ""


def _left(kind: str, view: str, row: Any, origin: str, test_class: str) -> Breach:
    host = getattr(row, "host", "")
    maker = f" ({test_class})" if test_class else ""
    where = f" on {host}" if host else ""
    return Breach(
        row.uuid,
        host,
        f"{kind} {row.name!r} ({row.uuid}), made {origin}{maker}, is still there{where}; expected "
        "it to be gone with its iteration",
        {view: f"{kind} {row.name!r} is listed{where}"},
    )
