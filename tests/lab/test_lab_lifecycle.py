"""A lab of its own, beside the one in use: brought up, hurt in every way, and taken down.

Takes some fifteen minutes and a network for pip, unless HARNESS_LAB_TEST_DIR names a state
directory in which OpenStack was installed before.
"""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from harness.core.errors import HarnessError
from harness.lab import (
    cloud,
    database,
    environment,
    faults,
    lifecycle,
    networks,
    processes,
    status,
    supervision,
)
from harness.lab.layout import Layout, layout_of
from harness.lab.lifecycle import UpOptions
from tests.lab.conftest import wait_for

pytestmark = [pytest.mark.lab, pytest.mark.filterwarnings("ignore")]

PORT_OFFSET = 1700
SERVICES = (
    "memcached", "mariadb", "epmd", "rabbitmq", "libvirtd-1", "libvirtd-2", "keystone", "placement",
    "neutron", "nova-api", "glance", "cinder-api", "cinder-scheduler", "cinder-volume",
    "nova-conductor", "nova-scheduler", "nova-compute-1",
    "nova-compute-2",
)  # fmt: skip


def machine() -> dict[str, Any]:
    """What a lab could leave behind on this machine."""
    links = json.loads(subprocess.check_output(["ip", "-j", "link"]))
    return {
        "mounts": networks.mount_points(Path("/proc/self/mountinfo").read_text()),
        "links": {link["ifname"] for link in links},
        "run": {str(path) for path in Path("/run").iterdir()},
        "libvirt": {str(path) for path in Path("/var").glob("*/libvirt")},
        "cgroups": {str(path) for path in Path("/sys/fs/cgroup").rglob("*libvirt*")},
    }


@pytest.fixture(scope="module")
def before() -> dict[str, Any]:
    return machine()


@pytest.fixture(scope="module")
def second(before: dict[str, Any]) -> Iterator[Layout]:
    """The layout of a second lab that is up."""
    given = os.environ.get("HARNESS_LAB_TEST_DIR")
    folder = Path(given or tempfile.mkdtemp(prefix="hl-", dir="/tmp"))
    layout = layout_of(folder)
    up(layout)
    yield layout
    lifecycle.down(layout.state, quiet)
    if not given:
        shutil.rmtree(folder)


def quiet(text: str) -> None:
    pass


def up(layout: Layout) -> list[str]:
    """Bring the second lab up and check that all of it runs; what was said meanwhile."""
    said: list[str] = []
    lifecycle.up(UpOptions(layout.state, {"port_offset": PORT_OFFSET}), said.append)
    assert status.of(layout).all_run
    return said


def up_in_a_process(layout: Layout, command: str = "up") -> subprocess.Popen[bytes]:
    harness = str(Path(sys.executable).with_name("harness"))
    return subprocess.Popen(
        [harness, "lab", command, "--state-dir", str(layout.state)],
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip


def guests(layout: Layout) -> set[int]:
    found = processes.all_of(layout.state)
    return {one.pid for one in found if processes.is_guest(one, layout.state)}


@pytest.fixture
def server(second: Layout) -> Iterator[Any]:
    """A server on compute1 of the second lab."""
    api = cloud.connect(second)
    image = next(iter(api.image.images(name="lab-blank")))
    made = api.compute.create_server(
        name="kept", image_id=image.id, flavor_id="101", availability_zone="nova:compute1",
        networks=[{"uuid": api.network.find_network("lab").id}],
    )  # fmt: skip
    api.compute.wait_for_server(made, wait=90, interval=1)
    yield made
    api = cloud.connect(second)
    api.compute.delete_server(made, ignore_missing=True)
    api.compute.wait_for_delete(made, interval=1, wait=90)


def test_a_lab_that_is_up_is_left_alone(second: Layout) -> None:
    pids = {name: one.pid for name, one in supervision.services(second).items()}
    assert not [text for text in up(second) if "starting" in text]
    assert {name: one.pid for name, one in supervision.services(second).items()} == pids
    assert set(pids) == set(SERVICES)


def test_status_knows_every_version_and_weighs_every_service(second: Layout) -> None:
    for row in status.of(second).rows:
        assert row.pid, row
        assert row.rss_mib, row
        assert row.version, row


def test_all_of_it_weighs_less_than_three_and_a_half_gigabytes(second: Layout) -> None:
    assert processes.resident(processes.all_of(second.state)) < 3.5 * 1024**3


def test_it_listens_on_loopback_only(second: Layout) -> None:
    ours = {one.pid for one in processes.all_of(second.state)}
    heard = {
        connection.laddr.ip
        for connection in psutil.net_connections(kind="inet")
        if connection.pid in ours and connection.status in (psutil.CONN_LISTEN, psutil.CONN_NONE)
    }
    assert heard <= {"127.0.0.1", "::1"}


def test_secrets_are_for_the_owner_only(second: Layout) -> None:
    names = ("passwords.json", "environment.json", "clouds.yaml", "tempest/tempest.conf")
    assert {(second.state / name).stat().st_mode & 0o777 for name in names} == {0o600}
    secret = json.loads((second.state / "passwords.json").read_text()).values()
    lines = [" ".join(one.cmdline()) for one in processes.all_of(second.state)]
    assert not [line for line in lines if any(word in line for word in secret)]


@pytest.mark.parametrize("name", SERVICES)
def test_a_killed_service_stays_dead_until_up_starts_it(second: Layout, name: str) -> None:
    faults.kill(second, [name], "KILL", quiet)
    wait_for(lambda: not supervision.services(second)[name].running, f"{name} to be seen dead")
    assert not lifecycle.is_up(second.state)
    assert f"starting {name}" in up(second)


def test_a_guest_outlives_its_libvirtd(second: Layout, server: Any) -> None:
    running = guests(second)
    faults.stop(second, ["libvirtd-1"], quiet)
    assert guests(second) == running
    faults.start(second, ["libvirtd-1"], quiet)
    uri = second.libvirt_uri.format(host="compute1")
    listed = subprocess.check_output(["virsh", "-c", uri, "list", "--uuid"], text=True)
    assert listed.split() == [server.id]


def test_live_migration_works_both_ways(second: Layout, server: Any) -> None:
    api = cloud.connect(second)
    for target in ("compute2", "compute1"):
        api.compute.live_migrate_server(server, host=None, block_migration="auto")
        wait_for(
            lambda host=target: api.compute.get_server(server).compute_host == host,  # type: ignore[misc]
            f"the server to be on {target}",
        )
        api.compute.wait_for_server(api.compute.get_server(server), wait=60, interval=1)


def test_a_killed_supervisor_costs_no_guest(second: Layout, server: Any) -> None:
    running = guests(second)
    pid = supervision.pid(second)
    assert pid
    os.kill(pid, signal.SIGKILL)
    assert any("lost their supervisor" in text for text in up(second))
    assert guests(second) == running


def test_a_stopped_supervisor_is_replaced(second: Layout) -> None:
    pid = supervision.pid(second)
    assert pid
    os.kill(pid, signal.SIGSTOP)
    up(second)
    assert supervision.pid(second) != pid


def test_a_power_cut(second: Layout, server: Any) -> None:
    found = processes.all_of(second.state)
    for act in (psutil.Process.suspend, psutil.Process.kill):
        for one in found:
            act(one)
    up(second)


@pytest.mark.slow
@pytest.mark.parametrize("seconds", [6, 15, 30, 50])
def test_a_first_up_that_was_killed_is_done_again(second: Layout, seconds: int) -> None:
    resetting = up_in_a_process(second, "reset")
    threading.Event().wait(seconds)
    resetting.kill()
    resetting.wait()
    up(second)
    assert database.is_made(second)


def test_two_at_once_do_not_fight(second: Layout) -> None:
    faults.kill(second, ["keystone"], "KILL", quiet)
    both = [up_in_a_process(second), up_in_a_process(second)]
    assert [one.wait(120) for one in both] == [0, 0]
    assert status.of(second).all_run


def refused(act: Callable[[], object], *words: str) -> None:
    with pytest.raises(HarnessError) as caught:
        act()
    text = str(caught.value)
    assert "\n" not in text
    assert all(word in text for word in words), text


def test_a_foreign_listener_on_a_port_is_named(second: Layout) -> None:
    lifecycle.down(second.state, quiet)
    with socket.create_server(("127.0.0.1", 18500 + PORT_OFFSET)):
        refused(lambda: up(second), f"port {18500 + PORT_OFFSET} for keystone", str(os.getpid()))
    up(second)


def test_another_port_offset_needs_a_lab_that_is_down(second: Layout) -> None:
    other = UpOptions(second.state, {"port_offset": PORT_OFFSET + 100})
    refused(lambda: lifecycle.up(other, quiet), f"port offset {PORT_OFFSET}", "harness lab down")


def test_an_unknown_service_gets_the_names(second: Layout) -> None:
    refused(lambda: faults.stop(second, ["swift"], quiet), "'swift'", *SERVICES)


def test_down_leaves_nothing_but_the_state_directory(
    second: Layout, before: dict[str, Any], server: Any
) -> None:
    lifecycle.down(second.state, quiet)
    try:
        assert processes.all_of(second.state) == []
        assert machine() == before
        assert [path for path in second.run.rglob("*") if path.is_socket()] == []
        with pytest.raises(HarnessError, match="harness lab up"):
            faults.stop(second, ["keystone"], quiet)
    finally:
        up(second)


def test_the_environment_of_a_lab_is_that_of_its_files(second: Layout) -> None:
    found = environment.load(second.state)
    assert found.clouds_yaml.exists()
    assert found.tempest_conf.exists()
    assert all(Path(path).is_dir() for path in found.instances_paths.values())
