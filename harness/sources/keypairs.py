"""Key pairs of the users that tempest made.

Nova lists key pairs of one user at a time (since 2.10) and of all never. So keystone is asked for
its users, and nova for each that tempest named: ``tempest-…``, whatever resource_name_prefix says
(tempest/lib/common/dynamic_creds.py). Key pairs of other users, and those of a user that is gone
from keystone, are not seen.
"""

from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from harness.core.answers.shape import ShapeError, items, take, take_or_none
from harness.core.apis.paging import pages
from harness.core.ports import Cloud
from harness.core.views.source import CloudSource

MICROVERSION = "2.87"


class KeyPair(Struct, frozen=True, gc=False):
    """A key pair. It has no uuid: a user and a name are its identity. Nova tells no times here.

    ``project`` is that of its user by default, or "".
    """

    uuid: str
    name: str
    project: str
    user: str
    fingerprint: str
    status: str = ""
    created: str = ""
    updated: str = ""

    @property
    def key(self) -> str:
        return self.uuid


def read(cloud: Cloud) -> Any:
    """Ask for the users, then for the key pairs of each that a test made; public keys are left
    out."""
    listed = cloud.get("identity", "/users")
    made = [
        take(user, "id", str)
        for user in items(listed, "users")
        if take(user, "name", str).startswith("tempest-")
    ]
    return {"users": listed, "held": {user: _of(cloud, user) for user in made}}


def _of(cloud: Cloud, user: str) -> list[Any]:
    return [
        {"keypairs": [_without_key(item) for item in items(page, "keypairs")]}
        for page in pages(
            cloud,
            "compute",
            "/os-keypairs",
            "keypairs",
            microversion=MICROVERSION,
            params={"user_id": user, "limit": "1000"},
        )
    ]


def _without_key(data: Any) -> Any:
    pair = take(data, "keypair", dict)
    return {"keypair": {name: value for name, value in pair.items() if name != "public_key"}}


def parse(body: Any) -> Iterator[KeyPair]:
    """Yield the key pairs of every user that was asked for. Raises ShapeError where the list of
    users was cut short or is empty."""
    listed = take(body, "users", dict)
    if listed.get("truncated"):
        raise ShapeError("keystone cut the list of users short (its list_limit)")
    if not items(listed, "users"):
        raise ShapeError("keystone lists no user at all, and the harness itself is one")
    projects = {
        take(user, "id", str): take_or_none(user, "default_project_id", str) or ""
        for user in items(listed, "users")
    }
    held = take(body, "held", dict)
    for user in held:
        for page in items(held, user):
            for data in items(page, "keypairs"):
                yield _key_pair(user, projects.get(user, ""), take(data, "keypair", dict))


def _key_pair(user: str, project: str, data: Any) -> KeyPair:
    name = take(data, "name", str)
    fingerprint = take_or_none(data, "fingerprint", str) or ""
    return KeyPair(f"{user}/{name}", name, project, user, fingerprint)


SOURCE = CloudSource("keypairs", read, parse)
