"""Neutron's security groups, where it has the extension "security-group".

Each project that was ever asked for its groups, or made a port, has one named "default" that nobody
made; neutron does not take it away with the project (neutron/db/securitygroups_db.py:
_ensure_default_security_group). To list the groups makes that of the asker's own project.
"""

from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from harness.core.answers.shape import take, take_or_none
from harness.core.apis.neutron import STAMPED, listed_if_there, rows_of
from harness.core.ports import Cloud
from harness.core.views.source import CloudSource


class SecurityGroup(Struct, frozen=True, gc=False):
    """A security group. ``created`` and ``updated`` are neutron's ISO 8601 times, or ""."""

    uuid: str
    name: str
    project: str
    created: str = ""
    updated: str = ""

    @property
    def key(self) -> str:
        return self.uuid

    @property
    def is_default(self) -> bool:
        """True for the one that neutron makes for each project; no other may have that name."""
        return self.name.lower() == "default"


def read(cloud: Cloud) -> Any:
    """Ask for the security groups of all projects, without their rules."""
    return listed_if_there(cloud, "/security-groups", "security_groups", STAMPED, "security-group")


def parse(body: Any) -> Iterator[SecurityGroup]:
    """Yield the security groups."""
    for data in rows_of(body, "security_groups"):
        yield SecurityGroup(
            uuid=take(data, "id", str),
            name=take_or_none(data, "name", str) or "",
            project=take_or_none(data, "project_id", str) or "",
            created=take_or_none(data, "created_at", str) or "",
            updated=take_or_none(data, "updated_at", str) or "",
        )


SOURCE = CloudSource("security_groups", read, parse, standing=True, optional=True)
