"""Keystone's users, since tempest makes some for each test class.

Where domains have identity drivers of their own (domain_specific_drivers_enabled) keystone lists
those of the token's domain only.
"""

from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from harness.core.answers.shape import ShapeError, items, take, take_or_none
from harness.core.ports import Cloud
from harness.core.views.source import CloudSource


class User(Struct, frozen=True, gc=False):
    """A user. ``project`` is the uuid of its default project, or "". Keystone tells no times."""

    uuid: str
    name: str
    project: str
    domain: str
    status: str
    created: str = ""
    updated: str = ""

    @property
    def key(self) -> str:
        return self.uuid


def read(cloud: Cloud) -> Any:
    """Ask for the users of all domains."""
    return cloud.get("identity", "/users")


def parse(body: Any) -> Iterator[User]:
    """Yield the users. Raises ShapeError where the list was cut short or is
    empty."""
    listed = items(body, "users")
    if body.get("truncated") or take_or_none(body.get("links") or {}, "next", str):
        raise ShapeError(f"keystone cut the list short after {len(listed)} (its list_limit)")
    if not listed:
        raise ShapeError("keystone lists no user at all, and the harness itself is of one")
    for data in listed:
        yield User(
            uuid=take(data, "id", str),
            name=take(data, "name", str),
            project=take_or_none(data, "default_project_id", str) or "",
            domain=take(data, "domain_id", str),
            status="enabled" if take(data, "enabled", bool) else "disabled",
        )


SOURCE = CloudSource("users", read, parse)
