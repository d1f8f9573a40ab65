"""Clouds with one leak each of a domain or a server without one, and what must be said of it."""

from dataclasses import replace

from harness.core.apis.nova import Failure
from tests.invariants.clouds import (
    H1,
    H2,
    LARGE,
    LONG_AGO,
    Cloud,
    domain,
    migration,
    server,
)
from tests.invariants.leak import Leak
from tests.invariants.odd_states import EVACUATED_SEEN, NOWHERE, OFFLOADED, VERIFY_RESIZE

NO_SNAPSHOTS = Failure(500, "no snapshots", "2026-07-01T00:00:00Z")
DOMAIN_LEAKS: dict[str, Leak] = {
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
        Cloud(servers=(server(status="ERROR", vm_state="error", failure=NO_SNAPSHOTS),)),
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
}
