"""Hosts without a leak, however odd what they hold looks."""

from dataclasses import replace
from typing import Any

from msgspec import structs

from harness.accounting.flavor_usage import Usage
from harness.sources.host_resources import GIB
from harness.sources.ovs_interfaces import OvsInterface
from harness.sources.ports import Port
from tests.invariants.clouds import H1, H2, Cloud, domain, migration, node, server
from tests.invariants.healthy import BUSY
from tests.invariants.host_leaks import ANOTHER, GONE, PLUGGED, PORT, START, holding
from tests.invariants.hosts import PATH, directory, disk, guest_file, interface, process, resources
from tests.invariants.odd_states import (
    EVACUATED_SEEN,
    NOWHERE,
    SAME_HOST_RESIZE,
    SMALL_USE,
    SOFT_DELETED,
    VERIFY_RESIZE,
)

DHCP = structs.replace(PORT, owner="network:dhcp", device="dhcp-of-a-network", host=H2)


def beside_another(port: Port, state: str = "running", **changes: Any) -> Cloud:
    """Return a cloud with a port that has no interface, and another server's that has one."""
    cloud = Cloud(
        servers=(server(**changes), server("server-2")),
        domains=(domain(state=state), domain("server-2")),
        ports=(port, structs.replace(ANOTHER, device="server-2")),
    )
    return holding(cloud, host_interfaces=(interface(f"tap{ANOTHER.uuid[:11]}", H1),))


QUIET_HOSTS: dict[str, Cloud] = {
    "a resize that waits keeps its files on the source": holding(
        VERIFY_RESIZE,
        instance_directories=(directory("server-1", H1, "resize"),),
        instance_disks=(disk("server-1_resize/disk", H1),),
    ),
    "a resize on one host that waits": holding(
        SAME_HOST_RESIZE, instance_directories=(directory("server-1", H1, "resize"),)
    ),
    "a soft-deleted server keeps its files": holding(
        SOFT_DELETED, instance_directories=(directory("server-1", H1),)
    ),
    "evacuated, the source is down and keeps the files": holding(
        replace(EVACUATED_SEEN, ports=(structs.replace(PORT, host=H2),)),
        instance_directories=(directory("server-1", H1),),
        host_interfaces=(interface(f"tap{START}", H1),),
    ),
    "a resize that waits on shared storage": holding(
        VERIFY_RESIZE,
        instance_directories=tuple(
            directory("server-1", host, "resize", shared=True) for host in (H1, H2)
        ),
    ),
    "a server in rescue": holding(
        Cloud(servers=(server(status="RESCUE", vm_state="rescued"),)),
        instance_disks=(disk("server-1/disk.rescue", H1),),
    ),
    "two hosts on shared storage": holding(
        Cloud(servers=(server(),)),
        instance_directories=(
            directory("server-1", H2, shared=True),
            directory("server-1", H1, "other", shared=True),
        ),
    ),
    "two hosts on shared storage, the one that the server is on was read before it came": Cloud(
        servers=(server(),),
        others={
            "instance_directories": (directory("server-1", H2, shared=True),),
            "instance_disks": (),
        },
    ),
    "a directory that cannot be read": Cloud(
        servers=(server(),),
        others={
            "instance_directories": (directory("server-1", H1, unread="permission denied"),),
            "instance_disks": (),
        },
    ),
    "a directory that was moved and linked": holding(
        Cloud(servers=(server(),)),
        instance_directories=(directory("server-1", H1, "", link="/srv/server-1"),),
    ),
    "a disk over another one of its own directory": holding(
        Cloud(servers=(server(),)),
        instance_disks=(disk("server-1/disk.snap", H1, backing=f"{PATH}/server-1/disk"),),
    ),
    "a raw disk, and one that rests on a name that is no path": holding(
        Cloud(servers=(server(),)),
        instance_disks=(
            disk("server-1/disk.config", H1, format="raw", backing=""),
            disk("server-1/disk.eph0", H1, backing="nbd://192.0.2.1/x"),
        ),
    ),
    "a guest's tap": holding(
        Cloud(servers=(server(),), ports=(PORT,)),
        host_interfaces=(interface(f"tap{START}", H1), interface(f"qbr{START}", H1)),
        ovs_interfaces=(OvsInterface(H1, f"tap{START}", PORT.uuid), OvsInterface(H1, "br-int", "")),
    ),
    **{
        f"a port that has {name}": holding(
            Cloud(servers=(server(),), ports=(structs.replace(PLUGGED, vif_type=kind),)),
            host_interfaces=(interface(f"{name}{START}", H1),),
        )
        for name, kind in (("tap", "tap"), ("tap", "bridge"), ("qvo", "ovs"))
    },
    "a port that the switch alone knows by its uuid": holding(
        Cloud(servers=(server(),), ports=(PLUGGED,)),
        ovs_interfaces=(OvsInterface(H1, "vnet0", PLUGGED.uuid),),
    ),
    **{
        f"a port without a tap, {word}": beside_another(structs.replace(PLUGGED, **changes))
        for word, changes in (
            ("SR-IOV", {"vnic_type": "direct", "vif_type": "hw_veb"}),
            ("of the switch's, SR-IOV", {"vnic_type": "direct"}),
            ("vhost-user", {"vif_type": "vhostuser"}),
            ("bound to no host", {"host": "", "vif_type": "unbound"}),
            ("not bound", {"vif_type": "binding_failed"}),
            ("of a container", {"owner": "compute:kuryr"}),
            ("of a load balancer", {"owner": "Octavia"}),
        )
    },
    **{
        f"a port without a tap, its server is {state}": beside_another(
            PLUGGED, "shut off", status=status, vm_state=state
        )
        for status, state in (
            ("SHUTOFF", "stopped"),
            ("SUSPENDED", "suspended"),
            ("SHELVED", "shelved"),
        )
    },
    "a port of a server of the fake driver": Cloud(
        servers=(server(),),
        domains=(),
        nodes=(
            node(H1, SMALL_USE, kind="fake", servers={"server-1": "x"}),
            node(H2, kind="fake"),
        ),
        ports=(PLUGGED,),
    ),
    "the tap of a network's DHCP": holding(
        Cloud(ports=(DHCP,)), host_interfaces=(interface(f"tap{START}", H1),)
    ),
    "taps that nova did not name": holding(
        host_interfaces=(interface("tap0", H1), interface("vnet3", H1), interface("virbr0", H1))
    ),
    "what libvirt asks QEMU": holding(qemu_processes=(process("", H1, name=""),)),
    "files that are no guest's": holding(guest_files=(guest_file("", H1, name="lost+found"),)),
    "NVRAM of a stopped server": Cloud(
        servers=(server(status="SHUTOFF", vm_state="stopped"),),
        domains=(domain(state="shut off"),),
    ),
    "a domain that is smaller than its flavor": Cloud(
        servers=(server(),), domains=(domain(memory_mb=500),)
    ),
    "a domain whose sizes libvirt did not say": Cloud(
        servers=(server(),), domains=(domain(vcpus=None, memory_mb=None),)
    ),
    "disk_available_least within what is moved in a minute": Cloud(
        nodes=(node(H1, disk_available_least=921), node(H2, disk_available_least=879))
    ),
    "disk_available_least below zero": holding(
        Cloud(
            servers=(server(boots_from_volume=True),),
            nodes=(
                node(H1, Usage(1, 512), disk_available_least=-100, servers={"server-1": "x"}),
                node(H2),
            ),
        ),
        instance_disks=(disk("server-1/disk", H1, virtual=1000 * GIB),),
    ),
    "disks in ceph": replace(
        Cloud(nodes=(node(H1, local_gb=1000, disk_available_least=7), node(H2))),
        others={"host_resources": (resources(H1, disk_size=50 * GIB), resources(H2))},
    ),
    "disk_available_least of a host that is down": Cloud(
        nodes=(node(H1, disk_available_least=7, up=False), node(H2)), down=(H1,)
    ),
    "disks that no domain has are not counted as promised": holding(
        replace(VERIFY_RESIZE, nodes=None),
        instance_disks=(disk("server-1_resize/disk", H1, virtual=500 * GIB),),
    ),
}
"""Nothing is wrong and nothing is changing."""

NO_FILES: dict[str, tuple[Any, ...]] = {"instance_directories": (), "instance_disks": ()}
BUILDING = server(status="BUILD", vm_state="building", **NOWHERE)
BUSY_HOSTS: dict[str, Cloud] = {
    "build, the files are there before the host": holding(
        Cloud(servers=(BUILDING,)), instance_directories=(directory("server-1", H1),)
    ),
    "build, there are no files yet": Cloud(
        servers=(server(status="BUILD", vm_state="building", task="spawning"),),
        domains=(),
        others=NO_FILES,
    ),
    "live migration, just landed, its files were looked for before": replace(
        BUSY["live migration, just landed"],
        others={**NO_FILES, "instance_directories": (directory("server-1", H1),)},
    ),
    "resize, its files are being renamed": Cloud(
        servers=(server(status="RESIZE", task="resize_migrating"),),
        migrations=(migration(status="migrating"),),
        others={**NO_FILES, "instance_directories": (directory("server-1", H1, "resize"),)},
    ),
    "delete, the files are gone": Cloud(
        servers=(server(task="deleting"),), domains=(), others=NO_FILES
    ),
    "build, the image is being fetched": holding(
        Cloud(servers=(server(status="BUILD", vm_state="building", task="spawning"),), domains=()),
        instance_disks=(disk("server-1/disk.part", H1, backing_there=False),),
    ),
    "the end of a rescue, its disk goes": holding(
        Cloud(servers=(server(task="unrescuing"),)),
        instance_disks=(disk("server-1/disk.rescue", H1),),
    ),
    "a hard reboot, two processes for a moment": holding(
        Cloud(servers=(server(task="rebooting_hard"),)),
        qemu_processes=(process("server-1", H1, pid=777, started=100),),
    ),
    "delete, the files go": holding(
        Cloud(servers=(server(task="deleting"),), domains=()),
        instance_directories=(directory("server-1", H1, "delete"),),
        guest_files=(guest_file("instance-0000001a", H1),),
        qemu_processes=(process("server-1", H1),),
    ),
    "deleted, a large directory is being removed": holding(
        Cloud(others={"deleted_servers": (GONE,)}),
        instance_directories=(directory("gone", H1, "delete", age=5.0),),
    ),
    "confirming, the old files go": holding(
        replace(VERIFY_RESIZE, migrations=(migration(status="confirming"),)),
        instance_directories=(directory("server-1", H1, "delete"),),
    ),
    "resize, the disk is copied": holding(
        Cloud(
            servers=(server(status="RESIZE", task="resize_migrating"),),
            migrations=(migration(status="migrating"),),
        ),
        instance_directories=(
            directory("server-1", H2),
            directory("server-1", H1, "resize"),
        ),
    ),
    "live migration, taps on both hosts": holding(
        Cloud(
            servers=(server(status="MIGRATING", task="migrating"),),
            domains=(domain(), domain(host=H2, state="paused")),
            migrations=(migration(kind="live-migration", status="running"),),
            ports=(PORT,),
        ),
        host_interfaces=(interface(f"tap{START}", H1), interface(f"tap{START}", H2)),
        instance_directories=(directory("server-1", H2),),
    ),
    "build, its port is not plugged yet": beside_another(
        PLUGGED, status="REBUILD", task="rebuild_spawning"
    ),
    "reboot, its port is being plugged anew": beside_another(
        PLUGGED, status="HARD_REBOOT", task="rebooting_hard"
    ),
    "live migration, the tap is on the other host already": replace(
        BUSY["live migration"],
        ports=(PLUGGED,),
        others={"host_interfaces": (interface(f"tap{START}", H2),)},
    ),
    "unshelving, a guest larger than it was": Cloud(
        servers=(server(task="rebooting_hard"),), domains=(domain(memory_mb=2048),)
    ),
}
"""Something is changing: rules may doubt, and what they doubt passes."""
