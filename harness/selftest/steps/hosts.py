"""What lies on a host of the lab, made behind nova's back: files, disks, interfaces, processes."""

import os
import shutil
import signal
import subprocess
import uuid
from pathlib import Path

from harness.lab.layout import Layout, layout_of
from harness.selftest.ground import Ground, PlantFailed, undo
from harness.selftest.steps.domains import connected
from harness.selftest.steps.servers import show

INSTANCES, NVRAM, SAVED = "instances", "lib/qemu/nvram", "lib/qemu/save"
"""Folders of a host's own disk in the lab."""
_SECONDS = 30


@undo
def path_is_gone(ground: Ground, host: str, path: str) -> None:
    """Remove a file or a directory below a host's own disk."""
    place = _below(ground, host, path)
    if place == _layout(ground).host(host):
        raise PlantFailed(f"the whole disk of {host} was made by nobody here")
    if place.is_dir() and not place.is_symlink():
        shutil.rmtree(place)
    else:
        place.unlink(missing_ok=True)


@undo
def directory_is_back(ground: Ground, host: str, name: str, kept: str) -> None:
    """Put the directory of an instance back to where it was; remove it where the server is gone."""
    place, there = _below(ground, host, kept), _below(ground, host, f"{INSTANCES}/{name}")
    if not place.exists():
        return
    if there.exists() or show(ground, name) is None:
        shutil.rmtree(place)
    else:
        place.rename(there)


@undo
def disk_rests_on(ground: Ground, host: str, path: str, backing: str, kind: str) -> None:
    """Give a disk back what it rests on; nothing where it is gone."""
    place = _below(ground, host, path)
    if place.exists():
        _run("qemu-img", "rebase", "-u", "-F", kind, "-b", backing, str(place))


@undo
def interface_is_gone(ground: Ground, host: str, name: str) -> None:
    """Delete an interface of a host."""
    inside = _inside(ground, host)
    if f" {name}:" in _run(*inside, "ip", "-o", "link"):
        _run(*inside, "ip", "link", "delete", name)


@undo
def process_is_gone(ground: Ground, host: str, domain: str) -> None:
    """Kill the QEMU that was started with a uuid here."""
    file = _layout(ground).host(host) / f"selftest-{domain}.pid"
    if file.exists():
        pid = int(file.read_text() or 0)
        command = Path(f"/proc/{pid}/cmdline")
        if command.exists() and domain.encode() in command.read_bytes():
            os.kill(pid, signal.SIGKILL)
            ground.wait(lambda: not command.exists() or not command.read_bytes(), "QEMU to end", 30)
        file.unlink()


@undo
def domain_is_as_before(ground: Ground, host: str, domain: str, xml: str) -> None:
    """Define a server's domain as it was; nothing where the server is gone."""
    if show(ground, domain) is not None:
        with connected(ground, host) as connection:
            connection.defineXML(xml)


def directory(ground: Ground, host: str, name: str = "") -> str:
    """Make a directory of an instance, of nobody where no name is given; returns its name."""
    name = name or str(uuid.uuid4())
    path = f"{INSTANCES}/{name}"
    ground.will(path_is_gone, host=host, path=path)
    place = _below(ground, host, path)
    place.mkdir()
    (place / "console.log").write_text("")
    return name


def take_away(ground: Ground, host: str, name: str) -> None:
    """Move the directory of an instance out of the instances path, on the same disk."""
    kept = f"selftest-{name}"
    ground.will(directory_is_back, host=host, name=name, kept=kept)
    _below(ground, host, f"{INSTANCES}/{name}").rename(_below(ground, host, kept))


def take_over(ground: Ground, host: str, name: str) -> str:
    """Write down that a directory of an instance must go: nova will lose it; returns its name."""
    ground.will(path_is_gone, host=host, path=f"{INSTANCES}/{name}")
    return name


def file(ground: Ground, host: str, folder: str, name: str) -> str:
    """Make a file of 4 KB in a folder of a host's disk; returns its name."""
    path = Path(folder, name)
    missing = [part for part in path.parents if not _below(ground, host, str(part)).exists()]
    ground.will(path_is_gone, host=host, path=str([path, *missing][-1]))
    place = _below(ground, host, str(path))
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(b"\0" * 4096)
    return name


def disk(ground: Ground, host: str, name: str) -> str:
    """Make a qcow2 of 1 GB in the instances path; returns its place there."""
    path = f"{INSTANCES}/{name}"
    ground.will(path_is_gone, host=host, path=path)
    _run("qemu-img", "create", "-q", "-f", "qcow2", str(_below(ground, host, path)), "1G")
    return name


def rest_on(ground: Ground, host: str, server: str, backing: str) -> str:
    """Make the disk of a stopped server say that it rests on another file of the instances path,
    there or not; returns the place of the disk."""
    path = f"{INSTANCES}/{server}/disk"
    place = _below(ground, host, path)
    told = _run("qemu-img", "info", "-U", str(place))
    before = [line.split(": ", 1)[1] for line in told.splitlines() if line.startswith("backing ")]
    if len(before) != 2:
        raise PlantFailed(f"the disk of server {server} rests on no file: {told}")
    was, kind = before[0].split(" (actual path")[0], before[1]
    ground.will(disk_rests_on, host=host, path=path, backing=was, kind=kind)
    now = _layout(ground).instances / backing
    _run("qemu-img", "rebase", "-u", "-F", kind, "-b", str(now), str(place))
    return f"{server}/disk"


def tap(ground: Ground, host: str, name: str) -> str:
    """Make a tap on a host; returns its name."""
    ground.will(interface_is_gone, host=host, name=name)
    _run(*_inside(ground, host), "ip", "tuntap", "add", name, "mode", "tap")
    return name


def qemu(ground: Ground, host: str, domain: str = "") -> str:
    """Start a QEMU that does nothing in a host's network, with a uuid of its own where none is
    given; returns it."""
    domain = domain or str(uuid.uuid4())
    ground.will(process_is_gone, host=host, domain=domain)
    pid_file = _layout(ground).host(host) / f"selftest-{domain}.pid"
    _run(
        *_inside(ground, host),
        "qemu-system-x86_64",
        *("-name", f"guest=instance-f{domain[:7]}", "-uuid", domain),
        *("-machine", "none", "-nodefaults", "-display", "none", "-S"),
        *("-daemonize", "-pidfile", str(pid_file)),
    )
    return domain


def enlarge(ground: Ground, host: str, server: str, memory_mb: int) -> None:
    """Define the domain of a stopped server anew, with this much memory."""
    with connected(ground, host) as connection:
        found = connection.lookupByUUIDString(server)
        xml = found.XMLDesc(0)
        ground.will(domain_is_as_before, host=host, domain=server, xml=xml)
        head, _, rest = xml.partition("<memory")
        _, _, after = rest.partition("</memory>")
        middle, _, end = after.partition("<currentMemory")
        _, _, tail = end.partition("</currentMemory>")
        connection.defineXML(f"{head}<memory unit='MiB'>{memory_mb}</memory>{middle}{tail}")


def _layout(ground: Ground) -> Layout:
    if ground.lab is None:
        raise PlantFailed("only on a lab's hosts are files and interfaces made")
    return layout_of(ground.lab.state_dir)


def _below(ground: Ground, host: str, path: str) -> Path:
    """Return a place on a host's own disk. Raises PlantFailed where it is outside of it."""
    top = _layout(ground).host(host)
    place = top / path
    if ".." in place.parts or top not in (place, *place.parents):
        raise PlantFailed(f"{path} is not below the disk of {host}")
    return place


def _inside(ground: Ground, host: str) -> tuple[str, str]:
    return ("nsenter", f"--net={_layout(ground).host_network(host)}")


def _run(*command: str) -> str:
    """Return what a command says. Raises PlantFailed where it fails."""
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, check=False, timeout=_SECONDS
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise PlantFailed(f"{command[0]}: {error}") from error
    if done.returncode:
        raise PlantFailed(f"`{' '.join(command)}` failed: {done.stderr.strip()}")
    return done.stdout
