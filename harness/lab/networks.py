"""The private network of each compute host: a network namespace, and a cable between the two.

Guests' taps live in the namespace of their host, so a guest can have the tap of the same name on
both hosts during a live migration, and none is left when the namespace goes. A namespace is held by
a bind mount of it in the state directory; it outlives every process until ``remove``.
"""

import subprocess
from collections.abc import Mapping
from pathlib import Path

from harness.core.errors import HarnessError
from harness.lab.layout import HOSTS, Layout

# Of the range for benchmarks, never routed; nothing outside of the namespaces sees them.
ADDRESSES: Mapping[str, str] = {"compute1": "198.18.77.1", "compute2": "198.18.77.2"}
PREFIX_LENGTH = 29
CABLE = "eth0"


def ensure(layout: Layout, guests_live: bool) -> None:
    """Make the namespaces unless they are whole; guests that live keep those that there are."""
    mounted = mount_points(Path("/proc/self/mountinfo").read_text())
    paths = [str(layout.host_network(host)) for host in HOSTS]
    if all(path in mounted for path in paths) and (guests_live or _whole(paths)):
        return
    remove(layout)
    for path in paths:
        Path(path).touch()
        _run("unshare", f"--net={path}", "ip", "link", "set", "lo", "up")
    _run(*_inside(paths[0]), "ip", "link", "add", CABLE, "type", "veth", "peer", "name", CABLE,
         "netns", paths[1])  # fmt: skip
    for host, path in zip(HOSTS, paths, strict=True):
        address = f"{ADDRESSES[host]}/{PREFIX_LENGTH}"
        _run(*_inside(path), "ip", "address", "add", address, "dev", CABLE)
        _run(*_inside(path), "ip", "link", "set", CABLE, "up")


def remove(layout: Layout) -> None:
    """Let the namespaces go; they end with the last process in them."""
    for host in HOSTS:
        path = layout.host_network(host)
        while str(path) in mount_points(Path("/proc/self/mountinfo").read_text()):
            _run("umount", str(path))
        path.unlink(missing_ok=True)


def pull_cable(layout: Layout, host: str) -> None:
    """Take the host's end of the cable down: nothing passes between the hosts."""
    _run(*_inside(str(layout.host_network(host))), "ip", "link", "set", CABLE, "down")


def plug_cable(layout: Layout, host: str) -> None:
    """Take the host's end of the cable up again; its address stayed."""
    _run(*_inside(str(layout.host_network(host))), "ip", "link", "set", CABLE, "up")


def mount_points(mountinfo: str) -> set[str]:
    """Where something is mounted, from the text of ``/proc/self/mountinfo``."""
    return {line.split()[4] for line in mountinfo.splitlines() if line.strip()}


def _whole(paths: list[str]) -> bool:
    """Whether the cable, which is made last, is up at both ends."""
    shown = [
        subprocess.run(
            [*_inside(path), "ip", "-br", "link", "show", "up", "dev", CABLE],
            capture_output=True, text=True, check=False,
        ).stdout
        for path in paths
    ]  # fmt: skip
    return all(CABLE in text for text in shown)


def _inside(path: str) -> list[str]:
    return ["nsenter", f"--net={path}"]


def _run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise HarnessError(
            f"cannot make the hosts' networks: `{' '.join(command)}`: {done.stderr.strip()}"
        )
