"""Projects, to know which test class owned a thing.

Tempest names its own ``tempest-<Class>-<number>``, whatever resource_name_prefix says
(tempest/lib/common/dynamic_creds.py).
"""

import re
from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from harness.core.answers.shape import ShapeError, items, take, take_or_none
from harness.core.ports import Cloud
from harness.core.views.source import CloudSource

_MADE_BY_TEMPEST = re.compile(r"tempest-(?P<test_class>.+)-\d+")


class Project(Struct, frozen=True, gc=False):
    """A project of keystone's."""

    uuid: str
    name: str
    domain: str

    @property
    def key(self) -> str:
        return self.uuid

    @property
    def test_class(self) -> str:
        """The tempest class that this project was made for, or ""."""
        match = _MADE_BY_TEMPEST.fullmatch(self.name)
        return match["test_class"] if match else ""


def read(cloud: Cloud) -> Any:
    """Ask for the projects of all domains."""
    return cloud.get("identity", "/projects")


def parse(body: Any) -> Iterator[Project]:
    """Yield the projects. Raises ShapeError where the list was cut short or is
    empty."""
    listed = items(body, "projects")
    if body.get("truncated") or take_or_none(body.get("links") or {}, "next", str):
        raise ShapeError(f"keystone cut the list short after {len(listed)} (its list_limit)")
    if not listed:
        raise ShapeError("keystone lists no project at all, and the harness itself is of one")
    for data in listed:
        yield Project(take(data, "id", str), take(data, "name", str), take(data, "domain_id", str))


SOURCE = CloudSource("projects", read, parse)
