"""Clouds with one leak each, and what must be said of it."""

from dataclasses import replace

from harness.accounting.flavor_usage import Usage
from harness.sources.ports import Port
from harness.sources.projects import Project
from tests.invariants.clouds import (
    H1,
    H2,
    LARGE,
    LONG_AGO,
    Cloud,
    allocation,
    domain,
    migration,
    provider,
    server,
    service,
)
from tests.invariants.healthy import (
    EVACUATED_SEEN,
    NOWHERE,
    OFFLOADED,
    SMALL_USE,
    VERIFY_RESIZE,
)
from tests.invariants.leak import Leak
from tests.invariants.leaks_nova import OF_NOVA

HALF = {"VCPU": 1, "MEMORY_MB": 256, "DISK_GB": 1}
TEMPEST = Project("project-9", "tempest-ServersTestJSON-77", "default")
PREFIXED = "soak1a2b3ci2-ServersTest-server-1"
STUCK = {"task": "deleting", "updated": LONG_AGO}


def _port(**changes: str) -> Port:
    return replace(Port("port-1", "", "project-1", "", "", H1), **changes)


def _tracker(cloud: Cloud, *words: str, host: str = H1) -> Leak:
    return Leak("tracker_equals_flavors", cloud, host, host, words, heals_at_audit=True)


LEAKS: dict[str, Leak] = {
    "1 2 orphan domain": Leak(
        "domain_has_server",
        Cloud(domains=(domain("gone", H2),)),
        "gone",
        H2,
        ("is running on compute2", "nova lists none", "named 'web'"),
    ),
    "3 split brain": Leak(
        "domain_on_one_host",
        Cloud(servers=(server(),), domains=(domain(), domain(host=H2))),
        "server-1",
        H2,
        ("is running on compute2", "expected only on compute1", "no unfinished move"),
    ),
    "3 evacuated while it runs on": Leak(
        "domain_on_one_host",
        replace(EVACUATED_SEEN, domains=(domain(host=H2), domain(host=H1))),
        "server-1",
        H1,
        ("is running on compute1", "at most a shut off copy"),
    ),
    "3 evacuated, the source is back and keeps it": Leak(
        "domain_on_one_host", replace(EVACUATED_SEEN, down=()), "server-1", H1, ("shut off",)
    ),
    "3 both ends of a resize run": Leak(
        "domain_on_one_host",
        replace(VERIFY_RESIZE, domains=(domain(host=H2), domain(host=H1))),
        "server-1",
        H1,
        ("it runs where at most",),
    ),
    "3 a copy after the resize has ended": Leak(
        "domain_on_one_host",
        replace(VERIFY_RESIZE, servers=(server(host=H2, flavor=LARGE),)),
        "server-1",
        H1,
        ("shut off on compute1", "no unfinished move"),
    ),
    "3 a copy of a live migration that nobody works on": Leak(
        "domain_on_one_host",
        Cloud(
            servers=(server(),),
            domains=(domain(), domain(host=H2, state="shut off")),
            migrations=(migration(kind="live-migration", status="running", updated=LONG_AGO),),
        ),
        "server-1",
        H2,
        ("shut off on compute2",),
    ),
    "4 ghost server": Leak(
        "server_has_domain",
        Cloud(servers=(server(),), domains=()),
        "server-1",
        H1,
        ("is ACTIVE on compute1", "expected domain instance-0000001a", "none on any host seen"),
    ),
    "4 ghost server, on another host": Leak(
        "server_has_domain",
        Cloud(servers=(server(),), domains=(domain(host=H2),)),
        "server-1",
        H1,
        ("found on compute2 instead",),
    ),
    "4 ghost server, shelved": Leak(
        "server_has_domain",
        Cloud(servers=(server(status="SHELVED", vm_state="shelved"),), domains=()),
        "server-1",
        H1,
        ("is SHELVED on compute1",),
    ),
    "6 undefine failed": Leak(
        "no_server_in_error",
        Cloud(servers=(server(status="ERROR", vm_state="error", fault="no snapshots"),)),
        "server-1",
        H1,
        ("is in ERROR on compute1", "no snapshots", "'demo'"),
    ),
    "a domain of a server that is offloaded": Leak(
        "domain_has_server",
        Cloud(servers=(OFFLOADED,), domains=(domain(),)),
        "server-1",
        H1,
        ("expected none", "shelved_offloaded"),
    ),
    "a domain of a server in error on no host": Leak(
        "domain_has_server",
        Cloud(servers=(server(status="ERROR", vm_state="error", **NOWHERE),), domains=(domain(),)),
        "server-1",
        H1,
        ("on no host",),
    ),
    "7 8 orphan allocation": Leak(
        "allocation_has_consumer",
        Cloud(allocations=(allocation("gone", H2),)),
        "gone",
        H2,
        ("holds DISK_GB 1, MEMORY_MB 512, VCPU 1", "neither a server nor"),
        heals_at_audit=True,
    ),
    "8 on a host that nobody audits": Leak(
        "allocation_has_consumer",
        Cloud(allocations=(allocation("gone"),), down=(H1,)),
        "gone",
        H1,
        ("neither a server nor",),
    ),
    "9 allocation of a migration that failed": Leak(
        "allocation_has_consumer",
        Cloud(
            servers=(server(),),
            allocations=(allocation("server-1"), allocation("migration-1")),
            migrations=(migration(status="error"),),
        ),
        "migration-1",
        H1,
        ("the failed resize of server server-1",),
    ),
    "9 allocation of a migration whose server went": Leak(
        "allocation_has_consumer",
        Cloud(allocations=(allocation("migration-1"),), migrations=(migration(),)),
        "migration-1",
        H1,
        ("the finished resize of server server-1",),
    ),
    "9 24 allocation of a migration that nobody works on": Leak(
        "allocation_has_consumer",
        Cloud(
            servers=(server(),),
            allocations=(allocation("server-1"), allocation("migration-1")),
            migrations=(migration(kind="live-migration", status="running", updated=LONG_AGO),),
        ),
        "migration-1",
        H1,
        ("the running live-migration of server server-1",),
    ),
    "10 allocation on a source that is back": Leak(
        "allocation_equals_flavor",
        replace(
            EVACUATED_SEEN, migrations=(), down=(), domains=(domain(host=H2),), used={H2: SMALL_USE}
        ),
        "server-1",
        H1,
        ("is ACTIVE on compute2", "hold nothing for it on compute1"),
    ),
    "11 doubled allocation": Leak(
        "allocation_equals_flavor",
        Cloud(
            servers=(server(),), allocations=(allocation("server-1"), allocation("server-1", H2))
        ),
        "server-1",
        H2,
        ("hold nothing for it on compute2", "it holds DISK_GB 1, MEMORY_MB 512, VCPU 1"),
    ),
    "12 missing allocation": Leak(
        "server_has_allocation",
        Cloud(servers=(server(),), allocations=()),
        "server-1",
        H1,
        ("expected an allocation against compute1", "placement holds none"),
    ),
    "12 allocation on another host only": Leak(
        "server_has_allocation",
        Cloud(servers=(server(),), allocations=(allocation("server-1", H2),)),
        "server-1",
        H1,
        ("only against compute2",),
    ),
    "13 wrong amounts": Leak(
        "allocation_equals_flavor",
        Cloud(servers=(server(),), allocations=(allocation("server-1", resources=HALF),)),
        "server-1",
        H1,
        ("hold DISK_GB 1, MEMORY_MB 512, VCPU 1", "it holds DISK_GB 1, MEMORY_MB 256, VCPU 1"),
    ),
    "14 allocation of a failed build": Leak(
        "allocation_equals_flavor",
        Cloud(
            servers=(server(status="ERROR", vm_state="error", **NOWHERE),),
            allocations=(allocation("server-1"),),
        ),
        "server-1",
        H1,
        ("is ERROR on no host", "hold nothing for it on compute1"),
    ),
    "15 allocation of an offloaded server": Leak(
        "allocation_equals_flavor",
        Cloud(servers=(OFFLOADED,), allocations=(allocation("server-1"),)),
        "server-1",
        H1,
        ("is SHELVED_OFFLOADED on no host",),
    ),
    "17 allocation on a provider of no host": Leak(
        "allocation_has_consumer",
        Cloud(allocations=(allocation("gone", provider="p", provider_name="old-host"),)),
        "gone",
        "",
        ("old-host",),
    ),
    "placement adds up wrongly": Leak(
        "provider_usage_equals_allocations",
        Cloud(
            servers=(server(),),
            providers=(provider(H1, usages={"VCPU": 2}), provider(H2)),
        ),
        "provider-of-compute1",
        H1,
        ("DISK_GB: used 0, allocated 1", "VCPU: used 2, allocated 1"),
    ),
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
"""The number is that of the leak in the list of known leaks."""
