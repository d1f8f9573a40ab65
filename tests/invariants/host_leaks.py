"""Clouds with one leak each on a host itself, and what must be said of it."""

from dataclasses import replace
from typing import Any

from msgspec import structs

from harness.core.rules.origin import Origin
from harness.sources.deleted_servers import DeletedServer
from harness.sources.host_resources import GIB
from harness.sources.instance_directories import InstanceDirectory
from harness.sources.ovs_interfaces import OvsInterface
from harness.sources.ports import Port
from harness.sources.servers import Server
from tests.invariants.clouds import H1, H2, LONG_AGO, RECENT, SMALL, Cloud, domain, node, server
from tests.invariants.hosts import PATH, directory, disk, guest_file, interface, process
from tests.invariants.leak import Leak
from tests.invariants.odd_states import EVACUATED_SEEN, NOWHERE, OFFLOADED, VERIFY_RESIZE

GONE = DeletedServer(
    "gone", "web", "project-1", "", H1, "instance-1", SMALL, RECENT, RECENT, RECENT
)
PORT = Port("5dc0f1b6-6d1c-4a0e", "", "project-1", "server-1", "compute:nova", H1)
START = PORT.uuid[:11]
PLUGGED = structs.replace(PORT, status="ACTIVE", vif_type="ovs", vnic_type="normal")
ANOTHER = structs.replace(PLUGGED, uuid="77aa0e12-33bb-4c1d")
"""Ports of a running server for which nova makes an interface."""


def holding(cloud: Cloud = Cloud(), **views: tuple[Any, ...]) -> Cloud:  # noqa: B008 - it does not change
    """Return a cloud whose hosts hold these rows beside what follows from the rest."""
    there = cloud.rows()
    return replace(
        cloud, others={**cloud.others, **{name: (*there[name], *views[name]) for name in views}}
    )


def _lost(rule: str, cloud: Cloud, subject: str, host: str, *words: str, **more: Any) -> Leak:
    return Leak(rule, cloud, subject, host, words, origin=Origin.CLOUD_LOST, **more)


def _directory(kind: str, *words: str, cloud: Cloud = Cloud(), **changes: Any) -> Leak:  # noqa: B008
    stray = directory("gone", H1, kind, **changes)
    found = holding(cloud, instance_directories=(stray,))
    return _lost("instance_directory_has_server", found, stray.name, H1, *words)


def _without_files(lost: Server, *directories: InstanceDirectory) -> Cloud:
    """Return a cloud with a server whose directory is not there, but these."""
    gone = {"instance_directories": directories, "instance_disks": ()}
    return Cloud(servers=(lost,), others=gone)


def _unplugged(**changes: Any) -> Cloud:
    """Return a cloud whose running server has a port without an interface, beside another's tap."""
    cloud = Cloud(servers=(server(**changes),), ports=(PLUGGED, ANOTHER))
    return holding(cloud, host_interfaces=(interface(f"tap{ANOTHER.uuid[:11]}", H1),))


HOST_LEAKS: dict[str, Leak] = {
    "26 27 a directory of nobody": replace(
        _directory("", "(3.0 GB)", f"in {PATH} on compute1", "nova lists none"),
        amounts={"disk_gb": 3},
        heals_within=0,
    ),
    "26 a directory of nobody that was not read to its end": _directory(
        "",
        "(at least 3.0 GB: it has more than 10000 things)",
        unread="it has more than 10000 things",
    ),
    "26 a link to a directory of nobody": _directory(
        "", "directory gone, a link to /srv/gone, (3.0 GB)", link="/srv/gone"
    ),
    "26 a directory in capitals, its server there": _lost(
        "instance_directory_has_server",
        holding(Cloud(servers=(server(),)), instance_directories=(directory("SERVER-1", H1),)),
        "SERVER-1",
        H1,
        "expected a name in small letters as nova writes them; nova lists none",
    ),
    "27 a directory of a server that nova deleted there": replace(
        _directory("", "nova lists none", cloud=Cloud(others={"deleted_servers": (GONE,)})),
        heals_within=1500.0,
    ),
    "27 a directory of a server that nova deleted elsewhere": replace(
        _directory(
            "",
            "nova lists none",
            cloud=Cloud(others={"deleted_servers": (structs.replace(GONE, host=H2),)}),
        ),
        heals_within=0,
    ),
    "27 a directory of a deleted server, its host is down": replace(
        _directory("", cloud=Cloud(others={"deleted_servers": (GONE,)}, down=(H1,))),
        heals_within=0,
    ),
    "26 a resize directory of nobody": _directory("resize", "expected a resize of it to wait for"),
    "27 a directory whose removal failed": _directory("delete", "expected it to be removed"),
    "27 a directory with another ending": _directory("other", "expected its server there"),
    "26 a resize directory after the resize": _lost(
        "instance_directory_has_server",
        holding(
            Cloud(servers=(server(),)),
            instance_directories=(directory("server-1", H1, "resize"),),
        ),
        "server-1_resize",
        H1,
        "server 'name of server-1' is ACTIVE on compute1",
    ),
    "26 a resize directory on the destination of a resize": _lost(
        "instance_directory_has_server",
        holding(VERIFY_RESIZE, instance_directories=(directory("server-1", H2, "resize"),)),
        "server-1_resize",
        H2,
        "expected a resize of it to wait for",
    ),
    "28 a directory of a server that is elsewhere": _lost(
        "instance_directory_has_server",
        holding(Cloud(servers=(server(),)), instance_directories=(directory("server-1", H2),)),
        "server-1",
        H2,
        "is ACTIVE on compute1",
    ),
    "a directory of a server that is offloaded": _lost(
        "instance_directory_has_server",
        holding(Cloud(servers=(OFFLOADED,)), instance_directories=(directory("server-1", H1),)),
        "server-1",
        H1,
        "on no host",
    ),
    "a directory of a server that was never on a host, on shared storage": _lost(
        "instance_directory_has_server",
        holding(
            Cloud(
                servers=(
                    server(status="SHELVED_OFFLOADED", vm_state="shelved_offloaded", **NOWHERE),
                )
            ),
            instance_directories=(directory("server-1", H1, shared=True),),
        ),
        "server-1",
        H1,
        "on no host",
    ),
    "evacuated, the source is back and keeps the files": _lost(
        "instance_directory_has_server",
        holding(
            replace(EVACUATED_SEEN, down=()), instance_directories=(directory("server-1", H1),)
        ),
        "server-1",
        H1,
        "on compute2",
    ),
    "a paused server whose directory is gone": _lost(
        "server_has_directory",
        _without_files(server(status="PAUSED", vm_state="paused")),
        "server-1",
        H1,
        "server 'name of server-1' (server-1) is PAUSED on compute1",
        "expected directory server-1 in the instances path there",
        "none on any host seen",
        amounts={},
    ),
    "a server that boots from a volume, its directory is gone": _lost(
        "server_has_directory", _without_files(server(boots_from_volume=True)), "server-1", H1
    ),
    "a soft-deleted server whose directory is gone": _lost(
        "server_has_directory",
        _without_files(server(status="SOFT_DELETED", vm_state="soft-delete")),
        "server-1",
        H1,
    ),
    "a server whose directory was renamed": _lost(
        "server_has_directory",
        _without_files(server(), directory("server-1", H1, "delete")),
        "server-1",
        H1,
        "found server-1_del on compute1 instead",
    ),
    "a server whose directory is on another host, which shares nothing": _lost(
        "server_has_directory",
        _without_files(server(), directory("server-1", H2)),
        "server-1",
        H1,
        "found server-1 on compute2 instead",
    ),
    "a server whose directory is in capitals": _lost(
        "server_has_directory",
        _without_files(server(), directory("SERVER-1", H1)),
        "server-1",
        H1,
    ),
    "a task that nobody works on, its server's directory is gone": _lost(
        "server_has_directory",
        _without_files(server(task="powering-off", updated=LONG_AGO)),
        "server-1",
        H1,
    ),
    "29 a disk beside the directories": replace(
        _lost(
            "disk_has_server",
            holding(
                instance_disks=(
                    disk("copy.qcow2", H2, virtual=8 * GIB, allocated=2 * GIB, backing=""),
                )
            ),
            "copy.qcow2",
            H2,
            "(2.0 GB of 8.0 GB)",
            "expected in the directory of an instance",
        ),
        amounts={"disk_gb": 2},
    ),
    "29 a disk in a directory of no instance": _lost(
        "disk_has_server",
        holding(instance_disks=(disk("", H1, name="backup/disk", format="raw", backing=""),)),
        "backup/disk",
        H1,
        "disk backup/disk (0.0 GB of 1.0 GB)",
    ),
    "a disk that a rescue left": _lost(
        "disk_has_server",
        holding(
            Cloud(servers=(server(boots_from_volume=True),)),
            instance_disks=(disk("server-1/disk.rescue", H1),),
        ),
        "server-1/disk.rescue",
        H1,
        "is for a rescue, expected it to be gone",
        "is ACTIVE on compute1",
    ),
    "a disk whose backing file is gone": _lost(
        "backing_file_is_there",
        holding(
            Cloud(servers=(server(boots_from_volume=True),)),
            instance_disks=(disk("server-1/disk", H1, backing_there=False),),
        ),
        "server-1/disk",
        H1,
        "expected its backing file",
        "which is not there",
    ),
    "a disk that rests on a file outside of the cache": _lost(
        "backing_file_is_there",
        holding(
            Cloud(servers=(server(boots_from_volume=True),)),
            instance_disks=(disk("server-1/disk", H1, backing="/tmp/image"),),
        ),
        "server-1/disk",
        H1,
        "its backing file is /tmp/image",
        f"expected one in {PATH}/_base/",
    ),
    "a disk that a resize goes back to, without its backing file": _lost(
        "backing_file_is_there",
        holding(
            VERIFY_RESIZE, instance_disks=(disk("server-1_resize/disk", H1, backing_there=False),)
        ),
        "server-1_resize/disk",
        H1,
        "which is not there",
    ),
    "35 a tap of no port": _lost(
        "interface_has_port",
        holding(host_interfaces=(interface("tapdeadbeef-00", H1),)),
        "deadbeef-00",
        H1,
        "interface tapdeadbeef-00 is on compute1",
        "neutron lists none",
    ),
    "35 bridges of no port": _lost(
        "interface_has_port",
        holding(
            host_interfaces=tuple(
                interface(f"{kind}deadbeef-00", H1) for kind in ("tap", "qbr", "qvb", "qvo")
            )
        ),
        "deadbeef-00",
        H1,
        "qbrdeadbeef-00, qvbdeadbeef-00, qvodeadbeef-00, tapdeadbeef-00",
    ),
    "35 a tap that the switch alone still has": _lost(
        "interface_has_port",
        holding(ovs_interfaces=(OvsInterface(H2, "tapdeadbeef-00", "deadbeef-0000"),)),
        "deadbeef-00",
        H2,
        "neutron lists none",
    ),
    "35 a tap of a port that is bound elsewhere": _lost(
        "interface_has_port",
        holding(
            Cloud(servers=(server(),), ports=(PORT,)),
            host_interfaces=(interface(f"tap{START}", H2),),
        ),
        START,
        H2,
        "is bound to compute1",
        "is ACTIVE on compute1",
    ),
    "a port of a running server that was never plugged": _lost(
        "port_has_interface",
        _unplugged(),
        PORT.uuid,
        H1,
        f"({PORT.uuid}) is bound to compute1 (ovs), where server 'name of server-1' (server-1)",
        "is ACTIVE and runs, and has no interface there",
        f"expected tap{START}",
        amounts={},
    ),
    "a port of a paused server, its tap is on another host": _lost(
        "port_has_interface",
        holding(
            _unplugged(status="PAUSED", vm_state="paused"),
            host_interfaces=(interface(f"tap{START}", H2),),
        ),
        PORT.uuid,
        H1,
    ),
    "a port of a rescued server": _lost(
        "port_has_interface", _unplugged(status="RESCUE", vm_state="rescued"), PORT.uuid, H1
    ),
    "a process that libvirt does not list": _lost(
        "process_has_domain",
        holding(qemu_processes=(process("gone", H1, pid=777),)),
        "gone",
        H1,
        "as pid 777 on compute1",
        "libvirt lists none",
    ),
    "a second process of a server that runs": _lost(
        "process_has_domain",
        holding(
            Cloud(servers=(server(),)),
            qemu_processes=(process("server-1", H1, pid=777, started=100),),
        ),
        "server-1",
        H1,
        "as pid 777 on compute1",
        "libvirt runs one, and pid 0 is older",
    ),
    "a process of a domain that libvirt takes to be shut off": _lost(
        "process_has_domain",
        holding(
            Cloud(
                servers=(server(status="SHUTOFF", vm_state="stopped"),),
                domains=(domain(state="shut off"),),
            ),
            qemu_processes=(process("server-1", H1),),
        ),
        "server-1",
        H1,
        "libvirt has it shut off",
    ),
    "31 NVRAM of no domain": _lost(
        "guest_file_has_domain",
        holding(guest_files=(guest_file("instance-9", H1),)),
        "nvram/instance-9_VARS.fd",
        H1,
        "NVRAM instance-9_VARS.fd is on compute1",
        "expected a domain instance-9 there",
    ),
    "31 saved memory of no domain": replace(
        _lost(
            "guest_file_has_domain",
            holding(guest_files=(guest_file("instance-9", H1, "save", bytes=2 * GIB),)),
            "save/instance-9.save",
            H1,
            "saved memory instance-9.save",
        ),
        amounts={"disk_gb": 2},
    ),
    "31 a TPM of no domain": _lost(
        "guest_file_has_domain",
        holding(guest_files=(guest_file("gone", H2, "tpm"),)),
        "tpm/gone",
        H2,
        "TPM gone is on compute2",
    ),
    "31 NVRAM of a server that is elsewhere": _lost(
        "guest_file_has_domain",
        holding(Cloud(servers=(server(),)), guest_files=(guest_file("instance-0000001a", H2),)),
        "nvram/instance-0000001a_VARS.fd",
        H2,
        "libvirt lists none",
    ),
    "a domain with more than its flavor": replace(
        _lost(
            "domain_fits_flavor",
            Cloud(servers=(server(),), domains=(domain(vcpus=4, memory_mb=2048),)),
            "server-1",
            H1,
            "has 4 vCPUs and 2048 MB",
            "expected at most its flavor's 1 vCPUs and 512 MB",
        ),
        amounts={"vcpus": 3, "memory_mb": 1536},
    ),
    "a domain that is off with more than its flavor": replace(
        _lost(
            "domain_fits_flavor",
            Cloud(
                servers=(server(status="SHUTOFF", vm_state="stopped"),),
                domains=(domain(memory_mb=1024, state="shut off"),),
            ),
            "server-1",
            H1,
            "1024 MB",
        ),
        amounts={},
    ),
    "disk_available_least is too much": _lost(
        "disk_available_is_true",
        Cloud(nodes=(node(H1, disk_available_least=950), node(H2, disk_available_least=900))),
        H1,
        H1,
        "is 950 GB, expected about 900 GB",
        heals_at_audit=True,
    ),
    "disk_available_least does not count a promise": _lost(
        "disk_available_is_true",
        holding(
            Cloud(
                servers=(server(boots_from_volume=True),),
                nodes=(node(H1, disk_available_least=900, servers={"server-1": "x"}), node(H2)),
            ),
            instance_disks=(disk("server-1/disk", H1, virtual=80 * GIB),),
        ),
        H1,
        H1,
        "expected about 820 GB",
        "80.0 GB that 1 disks may still grow by",
        heals_at_audit=True,
    ),
}
