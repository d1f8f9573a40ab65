"""Clouds with one leak each, and what must be said of it."""

from dataclasses import replace

from msgspec import structs

from harness.accounting.flavor_usage import Usage
from harness.sources.ports import Port
from harness.sources.projects import Project
from tests.invariants.clouds import (
    H1,
    H2,
    LONG_AGO,
    Cloud,
    provider,
    server,
    service,
)
from tests.invariants.leak import Leak
from tests.invariants.leaks_allocations import ALLOCATION_LEAKS
from tests.invariants.leaks_domains import DOMAIN_LEAKS
from tests.invariants.leaks_nova import OF_NOVA
from tests.invariants.odd_states import NOWHERE, OFFLOADED, SMALL_USE, VERIFY_RESIZE

TEMPEST = Project("project-9", "tempest-ServersTestJSON-77", "default")
PREFIXED = "soak1a2b3ci2-ServersTest-server-1"
STUCK = {"task": "deleting", "updated": LONG_AGO}


def _port(**changes: str) -> Port:
    return structs.replace(Port("port-1", "", "project-1", "", "", H1), **changes)


def _tracker(cloud: Cloud, *words: str, host: str = H1) -> Leak:
    return Leak("tracker_equals_flavors", cloud, host, host, words, heals_at_audit=True)


LEAKS: dict[str, Leak] = {
    **DOMAIN_LEAKS,
    **ALLOCATION_LEAKS,
    "18 tracker drifts below": _tracker(
        Cloud(used={H1: Usage(0, 0, -1)}), "0 GB of disk expected, -1 seen (-1)"
    ),
    "19 tracker counts a server that went": _tracker(
        Cloud(used={H2: SMALL_USE}),
        "0 vCPUs expected, 1 seen (+1)",
        "512 MB and 0 GB kept back",
        host=H2,
    ),
    "20 tracker counts nothing": _tracker(
        Cloud(servers=(server(),), used={}),
        "1 vCPUs expected, 0 seen (-1)",
        "512 MB and 0 GB kept back + 1 server",
    ),
    "20 tracker counts an offloaded server": _tracker(
        Cloud(servers=(OFFLOADED,), used={H1: SMALL_USE}), "+ 0 servers"
    ),
    "20 tracker forgets what waits for a confirmation": _tracker(
        replace(VERIFY_RESIZE, used={H2: Usage(4, 4096, 10)}), "the unconfirmed resize"
    ),
    "20 more disk than is kept back for anything": _tracker(
        Cloud(used={H1: Usage(0, 0, 6)}, providers=(provider(H1, disk_reserved=5), provider(H2))),
        "6 seen",
    ),
    "20 less disk than the servers have": _tracker(
        Cloud(
            servers=(server(),),
            used={H1: Usage(1, 512, 0)},
            providers=(provider(H1, disk_reserved=5), provider(H2)),
        ),
        "0 seen",
    ),
    "21 stuck task": Leak(
        "task_state_ends",
        Cloud(servers=(server(**STUCK),)),
        "server-1",
        H1,
        ("has been deleting for 86400 s", "longer than a task may take"),
    ),
    "21 task on a host that is down": Leak(
        "task_state_ends",
        Cloud(servers=(server(task="deleting"),), down=(H1,)),
        "server-1",
        H1,
        ("for 30 s", "does not report"),
    ),
    "21 task on a host that was forced down": Leak(
        "task_state_ends",
        Cloud(
            servers=(server(task="deleting"),),
            services=(service(H1, forced_down=True), service(H2)),
        ),
        "server-1",
        H1,
        ("does not report",),
    ),
    "21 stuck task, the domain is gone": Leak(
        "server_has_domain",
        Cloud(servers=(server(**STUCK),), domains=()),
        "server-1",
        H1,
        ("task deleting is not being worked on",),
    ),
    "22 stuck build": Leak(
        "task_state_ends",
        Cloud(servers=(server(status="BUILD", vm_state="building", updated=LONG_AGO, **NOWHERE),)),
        "server-1",
        "",
        ("on no host has been building",),
    ),
    "43 a server of a test": Leak(
        "nothing_outlives_its_iteration",
        Cloud(servers=(server(name=PREFIXED),)),
        "server-1",
        H1,
        ("made by a test of iteration 2 (ServersTest)", "is still there on compute1"),
    ),
    "43 a server whose name has lines": Leak(
        "nothing_outlives_its_iteration",
        Cloud(servers=(server(name=f"{PREFIXED}\nx"),)),
        "server-1",
        H1,
        ("iteration 2",),
    ),
    "43 a project of tempest": Leak(
        "nothing_outlives_its_iteration",
        Cloud(projects=(Project("project-1", "demo", "default"), TEMPEST)),
        "project-9",
        "",
        ("for a test class (ServersTestJSON)",),
    ),
    "33 a port of a project of tempest": Leak(
        "nothing_outlives_its_iteration",
        Cloud(
            projects=(Project("project-1", "demo", "default"), TEMPEST),
            ports=(_port(project="project-9"),),
        ),
        "port-1",
        H1,
        ("by a test (ServersTestJSON)",),
    ),
    "33 a port of a project that came and went": Leak(
        "nothing_outlives_its_iteration",
        Cloud(ports=(_port(project="project-gone"),)),
        "port-1",
        H1,
        ("in project project-gone, which came and went",),
    ),
    **OF_NOVA,
}
