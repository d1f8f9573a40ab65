"""Hung, killed and unreachable libvirts: no longer than the limit, and told by name."""

import os
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

import harness.sources
from harness.adapters.hypervisor import LibvirtHypervisors
from harness.core.views.catalog import address
from harness.core.views.source import HostSource

QUESTIONS = {name: address(harness.sources, (HostSource,), name) for name in ("domains", "nodes")}
LIMIT = 3.0
PATIENT = 30.0
"""Seconds that a loaded machine may add; what hangs here would hang for ever."""


@pytest.fixture
def mute(tmp_path: Path) -> Iterator[Path]:
    """A socket that accepts and says nothing."""
    path = tmp_path / "libvirt.sock"
    kept = []
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(path))
        listening.listen(16)

        def accept() -> None:
            while True:
                try:
                    kept.append(listening.accept()[0])
                except OSError:
                    return

        thread = threading.Thread(target=accept, daemon=True)
        thread.start()
        yield path
        listening.shutdown(socket.SHUT_RDWR)
        thread.join()
    for each in kept:
        each.close()


def test_a_libvirtd_that_accepts_and_is_silent(mute: Path) -> None:
    pytest.importorskip("libvirt")
    started = time.monotonic()
    uri = f"qemu+unix:///system?socket={mute}"
    reply = LibvirtHypervisors(uri, LIMIT).ask(["compute1"], QUESTIONS)["compute1"]
    assert time.monotonic() - started < LIMIT + PATIENT
    assert set(reply.errors.values()) == {f"libvirt did not answer within {LIMIT:g} s"}
    assert reply.bodies == {}


def test_a_libvirtd_that_was_killed(tmp_path: Path) -> None:
    pytest.importorskip("libvirt")
    path = tmp_path / "libvirt.sock"
    with socket.socket(socket.AF_UNIX) as left:
        left.bind(str(path))
    uri = f"qemu+unix:///system?socket={path}"
    reply = LibvirtHypervisors(uri, 60.0).ask(["compute1"], QUESTIONS)["compute1"]
    assert set(reply.errors) == set(QUESTIONS)
    assert all("Connection refused" in error for error in reply.errors.values())


def test_of_fifty_hosts_ten_hang(tmp_path: Path) -> None:
    """The ten are unknown by name, the forty are told, and it takes one limit and not ten."""
    probe = tmp_path / "probe.py"
    probe.write_text(
        "import sys, time\n"
        "time.sleep(600 if 'hung' in sys.stdin.read() else 0)\n"
        'print(\'{"bodies": {"domains": {}, "nodes": {}}, "errors": {}}\')\n'
    )
    hosts = [f"hung{n}" for n in range(10)] + [f"compute{n}" for n in range(40)]
    limit = 20.0
    started = time.monotonic()
    command = (sys.executable, "-S", str(probe))
    replies = LibvirtHypervisors("test://{host}", limit, command).ask(hosts, QUESTIONS)
    assert time.monotonic() - started < limit + PATIENT < 10 * limit
    assert {host for host, reply in replies.items() if reply.errors} == set(hosts[:10])
    assert all(replies[host].bodies for host in hosts[10:])


def _namespace(name: str) -> None:
    """Make a network namespace whose route leads into the void: a neighbour that nobody is."""
    for words in (
        f"netns add {name}",
        f"-n {name} link add void0 type veth peer name void1",
        f"-n {name} addr add 192.0.2.1/24 dev void0",
        f"-n {name} link set void0 up",
        f"-n {name} link set void1 up",
        f"-n {name} neigh add 192.0.2.9 lladdr 02:00:00:00:00:09 dev void0",
    ):
        subprocess.run(["ip", *words.split()], check=True, capture_output=True, timeout=30)


@pytest.fixture
def void() -> Iterator[str]:
    if os.geteuid() != 0 or shutil.which("ip") is None:
        pytest.skip("a network namespace needs root and iproute2")
    name = f"harness-void-{os.getpid()}"
    try:
        _namespace(name)
        yield name
    except subprocess.CalledProcessError as error:
        pytest.skip(f"no network namespace can be made here: {error.stderr.decode().strip()}")
    finally:
        subprocess.run(["ip", "netns", "del", name], check=False, capture_output=True, timeout=30)


def test_a_host_behind_a_black_hole(void: str) -> None:
    pytest.importorskip("libvirt")
    probe = ("ip", "netns", "exec", void, sys.executable, "-m", "harness.adapters.libvirt_probe")
    started = time.monotonic()
    asked = LibvirtHypervisors("qemu+tcp://{host}/system", LIMIT, probe)
    reply = asked.ask(["192.0.2.9"], QUESTIONS)["192.0.2.9"]
    assert time.monotonic() - started < LIMIT + PATIENT
    assert set(reply.errors.values()) == {f"libvirt did not answer within {LIMIT:g} s"}
