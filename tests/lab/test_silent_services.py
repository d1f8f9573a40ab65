"""Services that are stopped or frozen under a check: UNKNOWN or one line, never a PASS."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests

from harness.adapters.cloud import connect
from tests.lab.conftest import LabCloud, Said, harness, passes, wait_for
from tests.lab.servers import lab_service

pytestmark = pytest.mark.lab


@contextmanager
def stopped(service: str) -> Iterator[None]:
    lab_service("stop", service)
    try:
        yield
    finally:
        lab_service("start", service)


@contextmanager
def frozen(service: str) -> Iterator[None]:
    lab_service("kill", "--signal", "STOP", service)
    try:
        yield
    finally:
        lab_service("kill", "--signal", "CONT", service)


def hasty_check(folder: Path) -> Said:
    """Check with time limits so short that a test can wait for them."""
    conf = folder / "harness.conf"
    conf.write_text("[libvirt]\ntimeout = 4\n[cloud]\nrequest_timeout = 4\n")
    words = ("--config-file", str(conf), "--settle-limit", "6")
    return harness("check", "--cloud", "lab", "-f", "json", *words, timeout=120)


def unknown(said: Said, silent: str) -> None:
    """What was said is UNKNOWN and names who was silent."""
    assert said.code == 2, said
    assert "Traceback" not in said.err + said.out
    assert {row["verdict"] for row in said.rows} == {"UNKNOWN"}
    assert silent in said.out


@pytest.mark.parametrize(("service", "silent"), [("nova-api", "compute"), ("placement",) * 2])
def test_an_api_that_is_stopped(cloud: LabCloud, service: str, silent: str) -> None:
    with stopped(service):
        unknown(cloud.check(), silent)
    passes(cloud)


def test_an_api_that_is_frozen(cloud: LabCloud, tmp_path: Path) -> None:
    with frozen("placement"):
        unknown(hasty_check(tmp_path), "placement")
    passes(cloud)


def test_a_libvirtd_that_is_stopped(cloud: LabCloud) -> None:
    with stopped("libvirtd-2"):
        said = cloud.check()
    unknown(said, "compute2")
    assert {row["host"] for row in said.rows} == {"compute2"}
    assert {row["invariant"] for row in said.rows} == {
        "disk_available_is_true",
        "domain_fits_flavor",
        "domain_has_its_volumes",
        "domain_has_server",
        "domain_is_persistent",
        "domain_on_one_host",
        "guest_file_has_domain",
        "port_has_interface",
        "power_state_is_true",
        "process_has_domain",
        "server_has_domain",
    }
    passes(cloud)


def test_a_frozen_libvirtd(cloud: LabCloud, tmp_path: Path) -> None:
    with frozen("libvirtd-2"):
        said = hasty_check(tmp_path)
    unknown(said, "libvirt did not answer within 4 s")
    assert {row["host"] for row in said.rows} == {"compute2"}
    passes(cloud)


def test_a_guest_whose_monitor_hangs_hides_nothing(
    cloud: LabCloud, server: str, tmp_path: Path
) -> None:
    """libvirt waits for its QEMU without end wherever that is asked: nothing that is looked at
    needs its answer."""
    process = guest_process(server)
    os.kill(process, signal.SIGSTOP)
    try:
        said = [hasty_check(tmp_path) for _ in range(2)]
    finally:
        os.kill(process, signal.SIGCONT)
    assert [(each.code, each.rows) for each in said] == [(0, []), (0, [])], said
    passes(cloud)


def guest_process(server: str) -> int:
    """Return the process of the QEMU that runs a server."""
    found = [
        int(path.parent.name)
        for path in Path("/proc").glob("[0-9]*/cmdline")
        if (words := _words(path)) and "qemu" in words[0] and server in words
    ]
    assert len(found) == 1
    return found[0]


def _words(path: Path) -> list[str]:
    try:
        return path.read_text().split("\0")
    except OSError:
        return []


def test_a_token_that_was_revoked_is_renewed(cloud: LabCloud) -> None:
    """The answer stays right throughout: each process of keystone's forgets it in its own time."""
    files = [str(cloud.lab.clouds_yaml)]
    driver = connect(cloud.lab.cloud, timeout=30.0, config_files=files)

    def renewed() -> bool:
        assert driver.get("identity", "/projects") == before
        return driver._connection.session.get_token() != token

    try:
        before = driver.get("identity", "/projects")
        token = driver._connection.session.get_token()
        headers = {"X-Subject-Token": token}
        assert cloud.api.identity.delete("/auth/tokens", headers=headers).status_code == 204
        keystone = cloud.api.session.get_endpoint(service_type="identity")
        wait_for(lambda: _asked(f"{keystone}/projects", token) == 401, "the token to be refused")
        wait_for(renewed, "the driver to meet a refusal and log in again")
    finally:
        driver.close()


def _asked(url: str, token: str) -> int:
    return requests.get(url, headers={"X-Auth-Token": token}, timeout=30).status_code


def test_no_login_without_keystone(cloud: LabCloud) -> None:
    with stopped("keystone"):
        said = cloud.check()
    assert (said.code, said.out) == (2, "")
    assert len(said.err.strip().splitlines()) == 1
    assert "cloud 'lab' does not answer" in said.err
    passes(cloud)


def test_a_tracker_that_no_audit_mends(cloud: LabCloud) -> None:
    with frozen("nova-compute-2"):
        cloud.sql("update compute_nodes set memory_mb_used = 999 where host = %s", "compute2")
        said = cloud.check()
    assert said.code in (1, 2), said
    rows = {row["invariant"] for row in said.rows} - {"service_reports"}
    assert rows == {"tracker_equals_flavors"}
    passes(cloud)
