"""Leaks of neutron's: ports of dead servers, and ports that are bound where no server is."""

from dataclasses import replace

from msgspec import structs

from harness.sources.bindings import Binding
from harness.sources.ports import Port
from tests.invariants.clouds import H1, H2, LONG_AGO, Cloud, migration, server
from tests.invariants.leaks import STUCK, Leak

PORT = Port("port-1", "", "project-1", "server-1", "compute:nova", H1, "ACTIVE", LONG_AGO, LONG_AGO)
SECOND = Binding("port-1", H2, "INACTIVE")
AT_HOME = Cloud(servers=(server(),), ports=(PORT,))
ASTRAY = Cloud(servers=(server(host=H2),), ports=(PORT,))
TWICE = replace(AT_HOME, bindings=(SECOND,))
FAILED = migration(kind="live-migration", status="error")

NETWORK_LEAKS: dict[str, Leak] = {
    "33 a port of a dead server": Leak(
        "port_has_device",
        Cloud(ports=(PORT,)),
        "port-1",
        H1,
        ("is of server server-1", "compute:nova", "nova lists none"),
    ),
    "33 a port of a dead server, in a zone, that tells no times": Leak(
        "port_has_device",
        Cloud(
            ports=(structs.replace(PORT, owner="compute:az-2", host="", created="", updated=""),)
        ),
        "port-1",
        "",
        ("compute:az-2",),
    ),
    "33 a port bound to a host that its server left": Leak(
        "port_bound_where_server_is",
        ASTRAY,
        "port-1",
        H1,
        ("is bound to compute1, expected compute2", "nothing moves it"),
    ),
    "33 a port that a stuck migration left": Leak(
        "port_bound_where_server_is",
        replace(ASTRAY, servers=(server(host=H2, **STUCK),)),
        "port-1",
        H1,
        ("nothing moves it",),
    ),
    "33 a port bound to a host that nova does not know": Leak(
        "port_bound_where_server_is",
        replace(AT_HOME, ports=(structs.replace(PORT, host="compute9"),)),
        "port-1",
        "compute9",
        ("expected compute1",),
    ),
    "34 a second binding": Leak(
        "port_bound_once",
        TWICE,
        "port-1",
        H2,
        ("of server server-1 has a binding on compute2 that is INACTIVE", "compute1 only"),
    ),
    "34 a second binding of a live migration that failed": Leak(
        "port_bound_once", replace(TWICE, migrations=(FAILED,)), "port-1", H2, ("no unfinished",)
    ),
    "34 a second binding of a live migration that nobody works on": Leak(
        "port_bound_once",
        replace(TWICE, migrations=(structs.replace(FAILED, status="running", updated=LONG_AGO),)),
        "port-1",
        H2,
        ("no unfinished move",),
    ),
    "34 a second binding of a port that is free": Leak(
        "port_bound_once",
        replace(TWICE, ports=(structs.replace(PORT, device="", owner="", host=""),)),
        "port-1",
        H2,
        ("of no server", "expected one on no host only"),
    ),
}
"""All are the cloud's: it lost track."""
