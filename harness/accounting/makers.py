"""Who made a thing: a test of this run, some test of tempest's, or somebody else.

In a run, what the baseline tells decides; where there is no run, only names can: tempest names what
it makes ``tempest-…`` and its projects ``tempest-<Class>-<number>``, whatever
resource_name_prefix says (tempest/lib/common/dynamic_creds.py), and a soak names what its tests
make ``soak<6 hex digits>i<iteration>-…``.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from harness.core.rules.invariant import Circumstances
from harness.core.rules.origin import Origin
from harness.core.views.snapshot import Snapshot, once_for_each_snapshot
from harness.sources.projects import Project

_OF_TEMPEST = re.compile(r"tempest-.*", re.DOTALL)
_TEST_NAME = re.compile(rf"{_OF_TEMPEST.pattern}|soak[0-9a-f]{{6}}i\d+-.*", re.DOTALL)


@dataclass(frozen=True)
class Maker:
    """Who made a thing. ``origin`` is TEST_LEFT for a test, FOREIGN for somebody known, UNKNOWN
    where nothing tells. ``text`` says it in words, to follow "made" or "of".
    """

    origin: Origin
    text: str

    @property
    def is_test(self) -> bool:
        return self.origin is Origin.TEST_LEFT


@dataclass(frozen=True)
class Makers:
    """Tells who made a thing.

    ``in_run``: there is a baseline to go by. ``prefix`` is the run's. ``projects`` are all of now,
    ``old`` the project uuids of the baseline. ``before`` maps a view to the keys that it had at the
    baseline; a view that was not seen then is not in it. ``projects_seen``: both lists are whole.
    """

    in_run: bool
    prefix: str | None
    projects: Mapping[str, Project]
    projects_seen: bool
    old: frozenset[str] = frozenset()
    before: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def of(self, view: str, key: str, name: str, project: str) -> Maker:
        """Return who made the thing ``key`` of a view, by its name and its project's uuid."""
        if self.in_run and key in self.before.get(view, frozenset()):
            return Maker(Origin.FOREIGN, "before the baseline")
        owner = self.projects.get(project)
        made_for = f" ({owner.test_class})" if owner and owner.test_class else ""
        if made := self._of_this_run(name):
            return Maker(
                Origin.TEST_LEFT, f"by a test of iteration {made}{made_for or _class_in(name)}"
            )
        if not self.in_run:
            return self._at_rest(name, project, owner, made_for)
        if made_for and self.projects_seen and project not in self.old:
            return Maker(Origin.TEST_LEFT, f"by a test{made_for}")
        if self._came_and_went(project) and view in self.before:
            text = f"in project {project}, which came and went since the baseline"
            return Maker(Origin.TEST_LEFT, text)
        if view in self.before and _OF_TEMPEST.fullmatch(name):
            text = f"since the baseline by a test, as its name tells{_class_in(name)}"
            return Maker(Origin.TEST_LEFT, text)
        return self._somebody(owner, project)

    def may_be_a_tests(self, name: str, project: str) -> bool:
        """Tell in a moment whether ``of`` might name a test, or the project is gone: most of a
        large cloud is neither."""
        return (
            name.startswith(self._beginnings)
            or project in self._projects_of_tests
            or self.gone(project)
        )

    @cached_property
    def _beginnings(self) -> tuple[str, ...]:
        return ("tempest-", "soak", *([self.prefix] if self.prefix else []))

    @cached_property
    def _projects_of_tests(self) -> frozenset[str]:
        return frozenset(uuid for uuid, owner in self.projects.items() if owner.test_class)

    def _of_this_run(self, name: str) -> str:
        """Return the iteration in a name that begins with the run's prefix, or ""."""
        if not self.prefix:
            return ""
        made = re.fullmatch(rf"{re.escape(self.prefix)}i(\d+)(-.*)?", name, re.DOTALL)
        return made[1] if made else ""

    def _at_rest(self, name: str, project: str, owner: Project | None, made_for: str) -> Maker:
        if owner and owner.test_class:
            return Maker(Origin.TEST_LEFT, f"by a test{made_for}")
        if _TEST_NAME.fullmatch(name):
            return Maker(Origin.TEST_LEFT, f"by a test, as its name tells{_class_in(name)}")
        return self._somebody(owner, project)

    def _came_and_went(self, project: str) -> bool:
        return bool(project) and self.gone(project) and project not in self.old

    def gone(self, project: str) -> bool:
        """Tell whether a project is known not to be there any more."""
        return self.projects_seen and bool(project) and project not in self.projects

    def _somebody(self, owner: Project | None, project: str) -> Maker:
        if owner:
            return Maker(Origin.FOREIGN, f"by somebody in project {owner.name!r}")
        if self.gone(project):
            return Maker(Origin.UNKNOWN, f"in project {project}, which is gone")
        return Maker(Origin.UNKNOWN, "by somebody unknown")


@once_for_each_snapshot
def makers(snapshot: Snapshot, circumstances: Circumstances) -> Makers:
    """Return what tells who made the things of a snapshot. The view ``projects`` may be unseen."""
    now = snapshot["projects"]
    baseline = circumstances.baseline
    if circumstances.iteration is None or baseline is None:
        in_run = circumstances.iteration is not None
        return Makers(in_run, circumstances.prefix, now.by_key(), now.gap() is None)
    then = baseline["projects"]
    return Makers(
        True,
        circumstances.prefix,
        now.by_key(),
        now.gap() is None and then.gap() is None,
        frozenset(then.by_key()),
        {name: frozenset(view.by_key()) for name, view in baseline.views.items() if not view.gap()},
    )


def _class_in(name: str) -> str:
    """Return the part of a name that looks like a test class, in brackets, or ""."""
    parts = [part for part in name.split("-") if re.fullmatch(r"[A-Z]\w*[a-z]\w*", part)]
    return f" ({parts[0]})" if parts else ""
