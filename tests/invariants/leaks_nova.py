"""Clouds in which nova itself has lost track of something."""

from dataclasses import replace

from msgspec import structs

from harness.accounting.flavor_usage import Usage
from harness.core.rules.origin import Origin
from tests.invariants.clouds import (
    H1,
    H2,
    LONG_AGO,
    RECENT,
    SMALL,
    Cloud,
    allocation,
    domain,
    migration,
    provider,
    server,
    service,
)
from tests.invariants.leak import Leak
from tests.invariants.odd_states import NOWHERE, RESIZED, VERIFY_RESIZE

LOST = Origin.CLOUD_LOST
SMALL_HELD = {"vcpus": 1, "memory_mb": 512, "disk_gb": 1}
DEAD = service(H2, up=False, updated=RECENT)
ORPHAN = provider("x", uuid="p", root="p", name="old-host", usages={"VCPU": 2, "DISK_GB": 0})
FORGOTTEN = "2026-11-20T20:00:00Z"


def _power(
    status: str, vm_state: str, state: str, *words: str, heals: float = 0, **more: object
) -> Leak:
    cloud = Cloud(
        servers=(server(status=status, vm_state=vm_state),),
        domains=(domain(state=state),),
        **more,  # type: ignore[arg-type]
    )
    seen = (f"is {status} on compute1", f"it is {state}", *words)
    return Leak("power_state_is_true", cloud, "server-1", H1, seen, False, LOST, {}, heals)


def _move(cloud: Cloud, *words: str, host: str = H1, origin: Origin = LOST) -> Leak:
    return Leak("migration_ends", cloud, "migration-1", host, words, origin=origin)


OF_NOVA: dict[str, Leak] = {
    "5 the domain of an active server is off": _power(
        "ACTIVE", "active", "shut off", "to be blocked or running", heals=600
    ),
    "5 the domain of an active server is off, and nobody looks": _power(
        "ACTIVE", "active", "shut off", down=(H1,)
    ),
    "5 the domain of an active server is paused": _power("ACTIVE", "active", "paused"),
    "5 the guest of an active server sleeps": _power("ACTIVE", "active", "suspended", heals=600),
    "5 a stopped server runs": _power("SHUTOFF", "stopped", "running", heals=600),
    "5 a paused server runs": _power("PAUSED", "paused", "running"),
    "5 a paused server is off": _power("PAUSED", "paused", "shut off", heals=600),
    "5 a suspended server runs": _power("SUSPENDED", "suspended", "running"),
    "5 a shelved server runs": _power("SHELVED", "shelved", "running"),
    "5 a soft-deleted server runs": _power("SOFT_DELETED", "soft-delete", "running"),
    "5 a server in rescue is off": _power("RESCUE", "rescued", "shut off"),
    "50 transient domain": Leak(
        "domain_is_persistent",
        Cloud(servers=(server(),), domains=(domain(persistent=False),)),
        "server-1",
        H1,
        ("is running on compute1 and transient", "gone when it stops"),
        origin=LOST,
        amounts=SMALL_HELD,
    ),
    "23 half deleted row": Leak(
        "deleted_server_is_gone",
        Cloud(
            servers=(server(status="DELETED", vm_state="deleted", updated=LONG_AGO),), domains=()
        ),
        "server-1",
        H1,
        ("is DELETED", "not to be listed"),
        origin=LOST,
    ),
    "48 nova-compute is silent": Leak(
        "service_reports",
        Cloud(services=(service(H1), DEAD)),
        f"nova-compute@{H2}",
        H2,
        ("has not reported since 2026-11-23T19:59:30Z", "enabled and not forced down"),
        origin=LOST,
    ),
    "48 the scheduler is silent": Leak(
        "service_reports",
        Cloud(services=(service(H1), service("ctl", binary="nova-scheduler", up=False))),
        "nova-scheduler@ctl",
        "",
        ("nova-scheduler on ctl",),
        origin=LOST,
    ),
    "17 orphan provider": Leak(
        "provider_has_compute_node",
        Cloud(providers=(provider(H1), provider(H2), ORPHAN)),
        "p",
        "",
        ("old-host", "it has CPUs and memory", "held of it: VCPU 2"),
        origin=LOST,
        amounts={"vcpus": 2},
    ),
    "17 orphan provider without inventory": Leak(
        "provider_has_compute_node",
        Cloud(
            providers=(
                provider(H1),
                provider(H2),
                structs.replace(ORPHAN, computes=True, inventories={}, usages={}),
            )
        ),
        "p",
        "",
        ("nova's trait COMPUTE_NODE", "held of it: nothing"),
        origin=LOST,
        amounts={},
    ),
    "24 live migration that nobody works on": _move(
        Cloud(
            servers=(server(),),
            migrations=(migration(kind="live-migration", status="running", updated=LONG_AGO),),
        ),
        "live-migration migration-1 of server server-1 from compute1 to compute2 is running",
        "nobody works on it",
    ),
    "24 move between two hosts that are down": _move(
        Cloud(
            servers=(server(),),
            migrations=(migration(status="migrating"),),
            down=(H1, H2),
        ),
        "nobody works on it",
    ),
    "24 queued behind nobody": _move(
        Cloud(
            servers=(server(),),
            migrations=(migration(kind="live-migration", status="queued", updated=LONG_AGO),),
        ),
        "it has been queued since",
    ),
    "24 finished, its server is at rest": _move(
        Cloud(servers=(server(host=H2),), migrations=(migration(),)),
        "its server is ACTIVE and waits for no confirmation",
    ),
    "24 finished, its server is gone": _move(
        Cloud(migrations=(migration(),)), "its server is gone"
    ),
    "24 resized by a move that failed": _move(
        replace(VERIFY_RESIZE, migrations=(migration(status="error"),)),
        "neither confirmed nor reverted",
    ),
    "25 forgotten resize": _move(
        replace(VERIFY_RESIZE, migrations=(migration(updated=FORGOTTEN),)),
        "it has waited for a confirmation since 2026-11-20",
        origin=Origin.FOREIGN,
    ),
    "14 a failed build is counted by nobody": Leak(
        "tracker_equals_flavors",
        Cloud(
            servers=(server(status="ERROR", vm_state="error", **NOWHERE),),
            used={H1: Usage(1, 512, 1)},
        ),
        H1,
        H1,
        ("0 vCPUs expected, 1 seen (+1)",),
        heals_at_audit=True,
        origin=LOST,
        amounts=SMALL_HELD,
    ),
    "20 counts a server less while another is rebooted": Leak(
        "tracker_equals_flavors",
        Cloud(
            servers=(server(), server("server-2", task="rebooting")), used={H1: Usage(1, 512, 1)}
        ),
        H1,
        H1,
        ("2 vCPUs expected, 1 seen (-1)", "2 servers"),
        heals_at_audit=True,
        amounts={},
    ),
    "21 24 a resize that stopped in the middle is counted at both ends": Leak(
        "tracker_equals_flavors",
        Cloud(
            servers=(server(task="resize_migrating", updated=LONG_AGO),),
            migrations=(migration(status="migrating", updated=LONG_AGO),),
            allocations=(allocation("migration-1", H1), allocation("server-1", H2, SMALL)),
            used={H1: Usage(1, 512, 1)},
        ),
        H2,
        H2,
        ("1 vCPUs expected, 0 seen (-1)", "the migrating resize of server server-1"),
        heals_at_audit=True,
    ),
    "13 too much is held": Leak(
        "allocation_equals_flavor",
        Cloud(
            servers=(server(),),
            allocations=(
                allocation("server-1", resources={"VCPU": 3, "MEMORY_MB": 512, "DISK_GB": 1}),
            ),
        ),
        "server-1",
        H1,
        ("VCPU 3",),
        origin=LOST,
        amounts={"vcpus": 2},
    ),
    "49 foreign domain": Leak(
        "domain_has_server",
        Cloud(domains=(domain("gone", server_name=None),)),
        "gone",
        H1,
        ("no nova metadata",),
        origin=Origin.FOREIGN,
        amounts={"vcpus": 1, "memory_mb": 512},
        heals_within=0,
    ),
    "9 what a confirmed move holds": Leak(
        "allocation_has_consumer",
        Cloud(
            servers=(server(host=H2, **(RESIZED | {"vm_state": "active", "status": "ACTIVE"})),),
            allocations=(allocation("server-1", H2), allocation("migration-1", H1)),
        ),
        "migration-1",
        H1,
        ("neither a server nor",),
        heals_at_audit=True,
        origin=LOST,
        amounts=SMALL_HELD,
    ),
}
