"""What tests left behind: in a run, and on a cloud at rest."""

from typing import Any

from harness.sources.floating_ips import FloatingIp
from harness.sources.networks import Network
from harness.sources.ports import Port
from harness.sources.projects import Project
from harness.sources.routers import Router
from harness.sources.security_groups import SecurityGroup
from harness.sources.subnets import Subnet
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
}
"""One thing of a project of tempest's, of each kind that has projects."""


def _of_each_kind(rule: str) -> dict[str, Leak]:
    return {
        f"43 {kind} of a project of tempest, {rule}": Leak(
            rule, Cloud(projects=BOTH, **rows), next(iter(rows.values()))[0].key, "", BY_CLASS
        )
        for kind, rows in THINGS.items()
    }


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
