"""What tests left behind: in a run, and on a cloud at rest."""

from typing import Any

from harness.sources.aggregates import Aggregate
from harness.sources.flavors import OfferedFlavor
from harness.sources.floating_ips import FloatingIp
from harness.sources.images import Image
from harness.sources.keypairs import KeyPair
from harness.sources.networks import Network
from harness.sources.ports import Port
from harness.sources.projects import Project
from harness.sources.routers import Router
from harness.sources.security_groups import SecurityGroup
from harness.sources.server_groups import ServerGroup
from harness.sources.subnets import Subnet
from harness.sources.users import User
from harness.sources.volume_backups import VolumeBackup
from harness.sources.volume_snapshots import VolumeSnapshot
from harness.sources.volumes import Volume
from tests.invariants.clouds import H1, LONG_AGO, RECENT, Cloud, server
from tests.invariants.leaks import PREFIXED, TEMPEST, Leak

DEMO = Project("project-1", "demo", "default")
BOTH = (DEMO, TEMPEST)
BY_CLASS = ("by a test (ServersTestJSON)", "is still there")
GONE = "in project project-gone, which"
STATIC = (LONG_AGO, LONG_AGO)


def network(name: str = "net", project: str = "project-1", stamp: str = LONG_AGO) -> Network:
    return Network("net-1", name, project, stamp, stamp)


def group(name: str, project: str) -> SecurityGroup:
    return SecurityGroup("group-1", name, project, *STATIC)


def volume(name: str, project: str, status: str = "available", stamp: str = LONG_AGO) -> Volume:
    return Volume("vol-1", name, project, status, stamp, stamp, 1, ())


def image(name: str, project: str, status: str = "active") -> Image:
    return Image("image-1", name, project, status, *STATIC, "private", 1, "", "", "")


THINGS: dict[str, dict[str, Any]] = {
    "networks": {"networks": (network(project="project-9"),)},
    "subnets": {"subnets": (Subnet("sub-1", "sub", "project-9", "net-1", *STATIC),)},
    "routers": {"routers": (Router("router-1", "r", "project-9", *STATIC),)},
    "floating IPs": {
        "floating_ips": (FloatingIp("fip-1", "203.0.113.9", "project-9", "", "DOWN", *STATIC),)
    },
    "security groups": {"security_groups": (group("web", "project-9"),)},
    "ports": {"ports": (Port("port-1", "", "project-9", "", "", "", "DOWN", *STATIC),)},
    "servers": {"servers": (server(project="project-9", updated=LONG_AGO, host=""),)},
    "volumes": {"others": {"volumes": (volume("vol", "project-9"),)}},
    "snapshots": {
        "others": {
            "volume_snapshots": (
                VolumeSnapshot("s-1", "s", "project-9", "available", *STATIC, "vol-1", 1),
            )
        }
    },
    "backups": {
        "others": {
            "volume_backups": (
                VolumeBackup("b-1", "b", "project-9", "available", *STATIC, "vol-1", 1, ""),
            )
        }
    },
    "images": {"others": {"images": (image("i", "project-9"),)}},
    "server groups": {
        "others": {"server_groups": (ServerGroup("sg-1", "g", "project-9", "", ()),)}
    },
}
"""One thing of a project of tempest's, of each kind that has projects."""


WITHOUT_PROJECT: dict[str, Any] = {
    "users": User("user-1", "tempest-T-12-project", "", "default", "enabled"),
    "keypairs": KeyPair("user-1/k", "tempest-keypair-12", "", "user-1", ""),
    "flavors": OfferedFlavor("flavor-1", "tempest-flavor-12", True, {}),
    "aggregates": Aggregate("aggregate-1", "tempest-aggregate-12", "", (), *STATIC),
}


def _of_each_kind(rule: str) -> dict[str, Leak]:
    return {
        f"43 {kind} of a project of tempest, {rule}": Leak(
            rule, Cloud(projects=BOTH, **rows), _only(rows).key, "", BY_CLASS
        )
        for kind, rows in THINGS.items()
    }


def _only(rows: Any) -> Any:
    """Return the one row in views, or in what holds them."""
    (inner,) = rows.values() if isinstance(rows, dict) else rows
    return _only(inner) if isinstance(inner, tuple | dict) else inner


def _of_tempest(**others: Any) -> Cloud:
    return Cloud(others={view: (row,) for view, row in others.items()})


def _run(cloud: Cloud, subject: str, *words: str) -> Leak:
    return Leak("nothing_outlives_its_iteration", cloud, subject, "", words)


def _rest(cloud: Cloud, subject: str, *words: str, host: str = "") -> Leak:
    return Leak("nothing_left_behind", cloud, subject, host, words)


RESIDUE_LEAKS: dict[str, Leak] = {
    **_of_each_kind("nothing_outlives_its_iteration"),
    **_of_each_kind("nothing_left_behind"),
    "43 a network named by the iteration": _run(
        Cloud(networks=(network("soak1a2b3ci3-net"),)), "net-1", "of iteration 3"
    ),
    "43 a network with tempest's own prefix": _run(
        Cloud(networks=(network("tempest-RoutersTest-77-network"),)),
        "net-1",
        "since the baseline by a test, as its name tells (RoutersTest)",
    ),
    "43 the default group of a project that came and went": _run(
        Cloud(security_groups=(group("default", "project-gone"),)), "group-1", GONE
    ),
    "43 a network that changed just now": _run(
        Cloud(projects=BOTH, networks=(network("n", "project-9", RECENT),)), "net-1", *BY_CLASS
    ),
    **{
        f"43 {view} with tempest's own prefix, {rule}": Leak(
            rule, _of_tempest(**{view: row}), row.key, "", ("by a test, as its name tells",)
        )
        for rule in ("nothing_outlives_its_iteration", "nothing_left_behind")
        for view, row in WITHOUT_PROJECT.items()
    },
    "43 at rest: a volume that is stuck on its way out": _rest(
        _of_tempest(volumes=volume("tempest-vol-1", "project-1", "deleting")),
        "vol-1",
        "it has been deleting for",
    ),
    "43 at rest: somebody's volume that is stuck": _rest(
        _of_tempest(volumes=volume("data", "project-1", "creating")),
        "vol-1",
        "by somebody in project 'demo'",
        "done with it; it has been creating for",
    ),
    "43 at rest: an image of a project that is gone": _rest(
        _of_tempest(images=image("i", "project-gone")), "image-1", GONE
    ),
    "43 at rest: a server of a soak": _rest(
        Cloud(servers=(server(name=PREFIXED, updated=LONG_AGO),)),
        "server-1",
        "made by a test, as its name tells (ServersTest)",
        "still there on compute1",
        "no test that is running",
        host=H1,
    ),
    "43 at rest: a network with tempest's prefix": _rest(
        Cloud(networks=(network("tempest-RoutersTest-77-network"),)), "net-1", "as its name tells"
    ),
    "43 at rest: a project of tempest": _rest(
        Cloud(projects=BOTH), "project-9", "for a test class (ServersTestJSON)"
    ),
    "43 at rest: a thing of a project that is gone": _rest(
        Cloud(networks=(network(project="project-gone"),)),
        "net-1",
        GONE,
        "to be gone with its project",
    ),
    "43 at rest: the default group of a project that is gone": _rest(
        Cloud(security_groups=(group("default", "project-gone"),)), "group-1", GONE
    ),
    "43 at rest: an old thing while another tempest runs": _rest(
        Cloud(
            servers=(server(name="tempest-ServersTest-1", task="deleting", updated=RECENT),),
            networks=(network("tempest-old-1"),),
        ),
        "net-1",
        "as its name tells",
    ),
}
