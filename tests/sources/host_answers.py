"""Answers of the host probe of a small host."""

from typing import Any

SERVER = "7a1d3c1e-1f1b-4bb1-9a53-8f1a3a3c2b01"
INSTANCES = "/var/lib/nova/instances"
BASE = f"{INSTANCES}/_base/8ec50a51afd76cb64a2c4aef73e1d4f4f6e3d4a3"
DIRECTORY = {
    "name": SERVER,
    "inode": 2204758,
    "changed": 1795463900.25,
    "bytes": 6442450944,
    "files": ["console.log", "disk", "disk.config", "disk.info"],
}
DISK = {
    "directory": SERVER,
    "name": "disk",
    "allocated": 200704,
    "format": "qcow2",
    "virtual": 1073741824,
    "backing": BASE,
    "backing_there": True,
}
RAW = {
    "directory": SERVER,
    "name": "disk.config",
    "allocated": 4096,
    "format": "raw",
    "virtual": 491520,
}
PROCESS = {
    "pid": 4242,
    "uuid": SERVER,
    "started": 1234567,
    "name": "instance-0000001a",
    "memory_kib": 131072,
}
TAP = {"name": "tap5dc0f1b6-6d", "index": 7, "up": True, "kind": "tap", "master": "br-int"}
HOST_BODIES: dict[str, Any] = {
    "cached_images": {"images": [{"name": "8ec5", "bytes": 2147483648, "modified": 1795463000.5}]},
    "guest_files": {
        "files": [
            {"kind": "nvram", "name": "instance-0000001a_VARS.fd", "bytes": 540672, "inode": 11},
            {"kind": "save", "name": "instance-0000001a.save", "bytes": 1048576, "inode": 12},
            {"kind": "tpm", "name": SERVER, "bytes": 4096, "inode": 13},
            {"kind": "save", "name": "lost+found", "bytes": 0, "inode": 14},
        ]
    },
    "host_devices": {
        "iscsi": [{"name": "session1", "target": "iqn.2010-10.org.openstack:volume-6edbc2f4"}],
        "mapped": [
            {"name": "36001405", "uuid": "mpath-36001405", "device": "dm-0"},
            {"name": "crypt-sda", "uuid": "CRYPT-LUKS1-0f", "device": "dm-1"},
            {"name": "vg0-root", "uuid": "LVM-abc", "device": "dm-2"},
        ],
    },
    "host_interfaces": {
        "interfaces": [
            TAP,
            {"name": "lo", "index": 1, "up": True, "kind": "other", "master": ""},
            {"name": "br-int", "index": 5, "up": False, "kind": "bridge", "master": ""},
        ]
    },
    "host_resources": {
        "memory_kib": {
            "MemTotal": 16777216,
            "MemAvailable": 12582912,
            "SwapTotal": 2097152,
            "SwapFree": 1048576,
        },
        "cpus": 8,
        "path": INSTANCES,
        "file_system": {
            "type": "ext4",
            "source": "/dev/sda1",
            "shared": False,
            "size": 107374182400,
            "used": 21474836480,
            "free": 80530636800,
        },
    },
    "instance_directories": {
        "path": INSTANCES,
        "now": 1795464000.5,
        "shared": False,
        "directories": [
            DIRECTORY,
            {**DIRECTORY, "name": f"{SERVER}_resize", "bytes": 0, "inode": 3},
            {**DIRECTORY, "name": f"{SERVER}_del", "files": [], "inode": 4},
            {**DIRECTORY, "name": f"{SERVER}.old", "inode": 5},
        ],
        "others": ["_base", "compute_nodes", "locks"],
    },
    "instance_disks": {
        "path": INSTANCES,
        "disks": [
            DISK,
            RAW,
            {"directory": SERVER, "name": "disk.swap", "allocated": 0, "error": "it is not read"},
            {**RAW, "directory": "", "name": f"{SERVER}.qcow2", "format": "qcow2"},
        ],
    },
    "ovs_interfaces": {
        "installed": True,
        "interfaces": [
            {"name": "tap5dc0f1b6-6d", "port": "5dc0f1b6-6d1c-4a0e-8f6c-0f0f3c1c2b3a"},
            {"name": "br-int", "port": ""},
        ],
    },
    "qemu_processes": {"processes": [PROCESS]},
}
"""What each view of the host probe stores of this host."""
