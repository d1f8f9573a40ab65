"""What else belongs to the projects of the synthetic cloud: images, flavors, users and the like."""

from collections.abc import Iterator
from typing import Any

from benchmarks.synthetic import server, things
from benchmarks.synthetic.things import Size, identity
from harness.core.answers.capture import CLOUD

Answers = Iterator[tuple[str, Any]]
_DELETED = 100
"""One deleted server in memory for so many that live."""


def images(_size: Size) -> Answers:
    """Return forty images that all share."""
    rows = [
        {
            "id": identity("image", number),
            "name": f"debian-{number}",
            "owner": things.project_id(0),
            "status": "active",
            "visibility": "public",
            "size": 400_000_000,
            "created_at": "2026-10-01T08:11:44Z",
            "updated_at": "2026-10-01T08:12:10Z",
        }
        for number in range(40)
    ]
    yield CLOUD, {"pages": [{"images": rows}]}


def flavors(_size: Size) -> Answers:
    rows = [
        {
            "id": str(number),
            "name": flavor["original_name"],
            "os-flavor-access:is_public": True,
            "extra_specs": flavor["extra_specs"],
            **{name: flavor[name] for name in ("vcpus", "ram", "disk", "swap")},
        }
        for number, flavor in enumerate(things.FLAVORS)
    ]
    yield CLOUD, {"pages": [{"flavors": rows}]}


def aggregates(size: Size) -> Answers:
    """Return an aggregate for each availability zone."""
    rows = [
        {
            "id": zone,
            "uuid": identity("aggregate", zone),
            "name": f"az{zone}",
            "availability_zone": f"az{zone}",
            "hosts": [things.host_name(host) for host in range(zone - 1, size.hosts, 3)],
            "metadata": {"availability_zone": f"az{zone}"},
            "created_at": "2026-01-02T08:11:44.000000",
            "updated_at": None,
        }
        for zone in (1, 2, 3)
    ]
    yield CLOUD, {"aggregates": rows}


def server_groups(size: Size) -> Answers:
    rows = [
        {
            "id": identity("group", number),
            "name": "apart",
            "policy": "anti-affinity",
            "rules": {},
            "members": [identity("server", number)],
            "project_id": things.project_id(number),
            "user_id": _user_id(number),
        }
        for number in range(size.projects)
    ]
    yield CLOUD, {"pages": [{"server_groups": rows}]}


def users(size: Size) -> Answers:
    yield CLOUD, {"users": _users(size), "links": {"next": None, "previous": None}}


def keypairs(size: Size) -> Answers:
    pair = {"fingerprint": "ba:47:27:13:a5:0f:9b:f7:98:ad:b5:26:38:c7:71:ec", "type": "ssh"}
    held = {
        _user_id(number): [{"keypairs": [{"keypair": {"name": f"key-{number}", **pair}}]}]
        for number in range(size.projects)
    }
    yield CLOUD, {"users": {"users": _users(size), "links": {"next": None}}, "held": held}


def deleted_servers(size: Size) -> Answers:
    """Return servers of before, deleted an hour ago."""
    rows = [
        {
            **server.server(size, number),
            "id": identity("deleted", number),
            "status": "DELETED",
            "OS-EXT-STS:vm_state": "deleted",
            "OS-EXT-STS:task_state": None,
            "updated": "2026-11-23T19:00:00Z",
            "OS-SRV-USG:terminated_at": "2026-11-23T19:00:00.000000",
        }
        for number in range(size.servers // _DELETED)
    ]
    yield CLOUD, {"servers": rows}


def _users(size: Size) -> list[dict[str, Any]]:
    return [
        {
            "id": _user_id(number),
            "name": f"clerk-{number}",
            "domain_id": "default",
            "enabled": True,
            "default_project_id": things.project_id(number),
            "options": {},
        }
        for number in range(size.projects)
    ]


def _user_id(number: int) -> str:
    return identity("user", number).replace("-", "")
