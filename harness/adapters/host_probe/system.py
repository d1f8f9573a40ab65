"""What a host's kernel shows: QEMU processes, interfaces, and block devices from elsewhere."""

import json
import os
import re
import shutil
from typing import Any

from harness.adapters.host_probe.reading import Bounds, said_by, text

_NET = "/sys/class/net"
_ISCSI = "/sys/class/iscsi_session"


def qemu_processes(_folders: Any, _bounds: Bounds) -> Any:
    """Tell the processes of QEMU in the network of the host.

    What runs in another network namespace is no guest of this host; where that cannot be told (only
    root can tell it of other users' processes), it is taken for one.
    """
    ours, found = _network_of("self"), []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            words = text("/proc/%s/cmdline" % pid).split("\0")
            if not re.match(r"qemu-(system|kvm)", os.path.basename(words[0])):
                continue
            if _network_of(pid) in (ours, ""):
                found.append(_process(pid, words))
        except (FileNotFoundError, ProcessLookupError):
            continue
    return {"processes": found}


def _process(pid: str, words: Any) -> Any:
    numbers = text("/proc/%s/stat" % pid).rpartition(")")[2].split()
    memory = re.search(r"VmRSS:\s+(\d+)", text("/proc/%s/status" % pid))
    name = re.match(r"(?:guest=)?([^,]*)", _after("-name", words))
    one = {"pid": int(pid), "uuid": _after("-uuid", words), "started": int(numbers[19])}
    return dict(
        one, name=name.group(1) if name else "", memory_kib=int(memory.group(1)) if memory else 0
    )


def _after(option: str, words: Any) -> str:
    """Return the word that follows an option, or ""."""
    return words[words.index(option) + 1] if option in words[:-1] else ""


def _network_of(pid: str) -> str:
    """Return the network namespace of a process, "" where that is not told."""
    try:
        return os.readlink("/proc/%s/ns/net" % pid)
    except PermissionError:
        return ""


def host_interfaces(_folders: Any, bounds: Bounds) -> Any:
    """Tell the network interfaces; one that went meanwhile is left out."""
    found = []
    for name in bounds.names(_NET):
        folder = os.path.join(_NET, name)
        try:
            about = {"name": name, "index": int(text(folder + "/ifindex"))}
            about["up"] = bool(int(text(folder + "/flags"), 16) & 1)
        except (OSError, ValueError):
            continue
        tap, bridge = (os.path.exists(folder + part) for part in ("/tun_flags", "/bridge"))
        master = folder + "/master"
        above = os.path.basename(os.path.realpath(master)) if os.path.exists(master) else ""
        about["kind"] = "tap" if tap else "bridge" if bridge else "other"
        found.append(dict(about, master=above))
    return {"interfaces": found}


def ovs_interfaces(_folders: Any, _bounds: Bounds) -> Any:
    """Tell the interfaces in the database of Open vSwitch and the ports that they are for."""
    if not shutil.which("ovs-vsctl"):
        return {"installed": False, "interfaces": []}
    words = ("--timeout=5", "--format=json", "--columns=name,external_ids", "list", "Interface")
    rows = json.loads(said_by("ovs-vsctl", *words))["data"]
    found = [{"name": name, "port": dict(ids[1]).get("iface-id", "")} for name, ids in rows]
    return {"installed": True, "interfaces": found}


def host_devices(_folders: Any, bounds: Bounds) -> Any:
    """Tell iSCSI sessions and device-mapper devices (multipath and dm-crypt among them)."""
    sessions, mapped = [], []
    for name, _ in bounds.statuses_if_there(_ISCSI):
        target = text(os.path.join(_ISCSI, name, "targetname")).strip()
        sessions.append({"name": name, "target": target})
    for name in bounds.names("/sys/block"):
        folder = "/sys/block/%s/dm/" % name
        if os.path.isdir(folder):
            one = {part: text(folder + part).strip() for part in ("name", "uuid")}
            mapped.append(dict(one, device=name))
    return {"iscsi": sessions, "mapped": mapped}
