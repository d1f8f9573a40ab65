"""Neutron's things, and what tests work with, on clouds without a leak, however odd they look."""

from dataclasses import replace

from msgspec import structs

from harness.sources.deleted_servers import DeletedServer
from harness.sources.flavors import OfferedFlavor
from harness.sources.floating_ips import FloatingIp
from harness.sources.keypairs import KeyPair
from harness.sources.networks import Network
from harness.sources.ports import Port
from harness.sources.routers import Router
from harness.sources.security_groups import SecurityGroup
from harness.sources.subnets import Subnet
from harness.sources.users import User
from tests.invariants.clouds import (
    H1,
    H2,
    LONG_AGO,
    RECENT,
    SMALL,
    Cloud,
    migration,
    server,
    service,
)
from tests.invariants.healthy import BUSY
from tests.invariants.network_leaks import AT_HOME, PORT, SECOND
from tests.invariants.odd_states import (
    EVACUATED,
    IRONIC,
    NOWHERE,
    OFFLOADED,
    SOFT_DELETED,
    VERIFY_RESIZE,
)
from tests.invariants.residue_leaks import image, volume

NOBODYS = ("project-1", LONG_AGO, LONG_AGO)
NEUTRONS = Port("p", "", "project-1", "router-1", "network:router_interface", "", "ACTIVE")
JUST_NOW = "2026-11-23T19:59:57Z"


def _at(host: str, **changes: str) -> tuple[Port, ...]:
    return (structs.replace(PORT, host=host, **changes),)


def deleted_server(name: str, when: str) -> DeletedServer:
    return DeletedServer("gone-1", name, "project-1", "u", H1, "", SMALL, LONG_AGO, when, when)


def _owned(owner: str, device: str = "nothing-of-novas") -> Cloud:
    return Cloud(ports=(structs.replace(PORT, owner=owner, device=device),))


QUIET_NETWORKS: dict[str, Cloud] = {
    "a port at home": AT_HOME,
    "things of somebody's": Cloud(
        networks=(Network("n", "net", *NOBODYS),),
        subnets=(Subnet("s", "sub", "project-1", "n", LONG_AGO, LONG_AGO),),
        routers=(Router("router-1", "router", *NOBODYS),),
        floating_ips=(FloatingIp("f", "203.0.113.9", "project-1", "", "DOWN"),),
        security_groups=(
            SecurityGroup("g1", "default", *NOBODYS),
            SecurityGroup("g2", "tempest", *NOBODYS),
        ),
        ports=(NEUTRONS, structs.replace(NEUTRONS, uuid="dhcp", owner="network:dhcp", project="")),
    ),
    "the system's own network has no project": Cloud(
        networks=(Network("ha", "HA network tenant 1", "", LONG_AGO, LONG_AGO),),
        ports=(structs.replace(NEUTRONS, project="", name="HA port tenant 1"),),
    ),
    "a port of a container": _owned("compute:kuryr"),
    "a port of a bare metal node": _owned("baremetal:none"),
    "a port of a load balancer": _owned("Octavia"),
    "a port of a trunk": _owned("trunk:subport"),
    "a port of a share": _owned("manila:share"),
    "a port of a dhcp agent": _owned("network:dhcp", "reserved_dhcp_port"),
    "a port of nobody": _owned("", ""),
    "a port whose owner is set and no device": _owned("compute:nova", ""),
    "a port of an offloaded server": Cloud(servers=(OFFLOADED,), ports=_at("")),
    "a port of an offloaded server, still bound": Cloud(servers=(OFFLOADED,), ports=_at(H2)),
    "a port whose device is written in capitals": replace(
        AT_HOME, ports=(structs.replace(PORT, device=PORT.device.upper()),)
    ),
    "a port of a soft-deleted server": replace(SOFT_DELETED, ports=_at(H1)),
    "a port of a stopped server that is not bound": replace(
        AT_HOME, ports=_at("", vif_type="unbound")
    ),
    "a port of a server that waits for a confirmation": replace(VERIFY_RESIZE, ports=_at(H2)),
    "the source's binding waits for a confirmation": replace(
        VERIFY_RESIZE, ports=_at(H2), bindings=(structs.replace(SECOND, host=H1),)
    ),
    "a port of an evacuated server": replace(EVACUATED, ports=_at(H2)),
    "a port of a bare metal server": replace(
        IRONIC, ports=(structs.replace(PORT, device="metal", host="bm-node"),)
    ),
    "a binding of a port of somebody else's": replace(_owned("Octavia"), bindings=(SECOND,)),
    "somebody's things": Cloud(
        others={
            "volumes": (
                volume("data", "project-1"),
                structs.replace(volume("new", "project-1", "available", RECENT), uuid="v-2"),
            ),
            "images": (
                image("debian", "project-1", "queued"),
                structs.replace(image("shared", ""), uuid="i-2"),
            ),
            "users": (User("u", "admin", "project-gone", "default", "enabled"),),
            "flavors": (OfferedFlavor("f", "m1.tiny", True, {}),),
            "keypairs": (KeyPair("u/k", "laptop", "project-gone", "u", ""),),
            "deleted_servers": (deleted_server("web", RECENT),),
        }
    ),
    "a binding of a port that went meanwhile": Cloud(bindings=(SECOND,)),
}

BUSY_NETWORKS: dict[str, Cloud] = {
    "a port that is newer than the list of servers": Cloud(ports=_at(H1, updated=JUST_NOW)),
    "live migration, the ports are bound twice": replace(
        BUSY["live migration"], ports=_at(H1, migrating_to=H2), bindings=(SECOND,)
    ),
    "live migration, the ports went first": replace(
        BUSY["live migration"], ports=_at(H2), bindings=(structs.replace(SECOND, host=H1),)
    ),
    "live migration, just landed, the ports did not": replace(
        BUSY["live migration, just landed"], ports=_at(H1), bindings=(SECOND,)
    ),
    "evacuating, the ports went first": replace(BUSY["evacuating"], ports=_at(H2)),
    "reverting, the ports went first": replace(BUSY["resize, reverting"], ports=_at(H1)),
    "build, the port is bound and the server is on no host": Cloud(
        servers=(server(status="BUILD", vm_state="building", **NOWHERE),), ports=_at(H1)
    ),
    "a cold migration that just began": replace(
        AT_HOME, servers=(server(task="resize_prep"),), migrations=(migration(status="queued"),)
    ),
}
"""Something is changing."""

AT_WORK: dict[str, Cloud] = {
    "a network that changed just now": Cloud(
        networks=(Network("n", "tempest-n-1", "project-1", LONG_AGO, RECENT),)
    ),
    "a server is being deleted": Cloud(
        servers=(server(name="tempest-s-1", task="deleting", updated=RECENT),)
    ),
    "the cloud's clock is two hours late": Cloud(
        networks=(Network("n", "tempest-n-1", "project-1", *["2026-11-23T17:59:30Z"] * 2),),
        services=tuple(service(host, updated="2026-11-23T18:00:00Z") for host in (H1, H2)),
    ),
    "the cloud's clock is ahead": Cloud(
        networks=(Network("n", "tempest-n-1", "project-1", *["2026-11-23T20:59:30Z"] * 2),),
        services=tuple(service(host, updated="2026-11-23T21:00:00Z") for host in (H1, H2)),
    ),
    "a server was deleted just now": Cloud(
        networks=(Network("n", "tempest-n-1", "project-1", *["2026-11-23T19:00:00Z"] * 2),),
        others={"deleted_servers": (deleted_server("tempest-s-1", RECENT),)},
    ),
    "a volume is being deleted": Cloud(
        others={
            "volumes": (volume("tempest-v-1", "project-1", "deleting", "2026-11-23T19:50:00Z"),)
        }
    ),
    "a port of a server that rests": Cloud(
        servers=(server(name="tempest-s-1", updated="2026-11-23T19:00:00Z"),),
        ports=_at(H1, name="", project="project-1", updated=RECENT),
        networks=(Network("n", "tempest-n-1", "project-1", RECENT, RECENT),),
    ),
}
"""Tests run somewhere: what they work with is no left-over."""
