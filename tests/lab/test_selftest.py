"""The self-test on the real lab: many kinds in every CI run, all of them where there is time."""

import json
import signal
import subprocess
import time
import uuid
from pathlib import Path

import pytest

from tests.lab.conftest import DOMAIN, HARNESS, LabCloud, Said, harness, passes

pytestmark = pytest.mark.lab

MANY = (
    "active_but_paused",
    "allocation_held_twice",
    "allocation_missing",
    "allocation_of_a_confirmed_move",
    "allocation_of_an_offloaded_server",
    "allocation_of_nobody",
    "backing_file_missing",
    "delete_cut_off",
    "deleted_row_domain_alive",
    "directory_of_nobody",
    "directory_taken_away",
    "domain_larger_than_its_flavor",
    "foreign_domain",
    "ghost_server",
    "move_that_never_ends",
    "orphan_domain_running",
    "port_of_a_dead_server",
    "process_beside_a_domain",
    "process_without_a_domain",
    "provider_without_a_node",
    "server_fits_nowhere",
    "split_brain_running",
    "tap_on_the_wrong_host",
    "task_stuck_deleting",
    "tracker_never_right",
    "transient_domain",
    "volume_in_the_wrong_guest",
)


def _selftest(tmp_path: Path, *args: str, timeout: float = 600) -> Said:
    output = ("--output", str(tmp_path / "out"))
    return harness("selftest", *output, *args, timeout=timeout, OS_CLIENT_CONFIG_FILE="")


def _kinds(*names: str) -> list[str]:
    return [word for name in names for word in ("--kind", name)]


def test_many_kinds_are_found(cloud: LabCloud, tmp_path: Path) -> None:
    said = _selftest(tmp_path, *_kinds(*MANY), timeout=2400)
    assert said.code == 0, said
    assert f"{len(MANY)} of {len(MANY)} planted kinds found exactly" in said.err
    stored = json.loads((tmp_path / "out" / "selftest.json").read_text())
    assert [kind["found"] for kind in stored["kinds"]] == ["PASS"] * len(MANY)


def test_the_check_command_on_a_leak(cloud: LabCloud) -> None:
    subject = str(uuid.uuid4())
    with cloud.libvirt("compute2") as connection:
        domain = connection.defineXML(DOMAIN.format(kind=cloud.lab.virt_type, uuid=subject))
        domain.create()
        try:
            said = cloud.check()
        finally:
            domain.destroy()
            domain.undefine()
    assert said.code == 1, said
    (row,) = said.rows
    assert (row["invariant"], row["verdict"]) == ("domain_has_server", "FAIL")
    assert (row["subject"], row["host"]) == (subject, "compute2")
    assert "no nova metadata" in row["message"]
    passes(cloud)


def test_a_blind_rule_is_found_out(cloud: LabCloud, tmp_path: Path) -> None:
    said = _selftest(tmp_path, *_kinds("foreign_domain"), "--blind", "domain_has_server")
    assert said.code == 1, said
    assert "missed: domain_has_server of" in said.out


def test_what_a_kill_left_is_taken_away_at_the_next_start(cloud: LabCloud, tmp_path: Path) -> None:
    """Killed as soon as its intent is on the disk, wherever that is in the planting."""
    ledger = cloud.lab.state_dir / "selftest.json"
    args = [HARNESS, "selftest", "--output", str(tmp_path), *_kinds("foreign_domain")]
    process = subprocess.Popen(args, stderr=subprocess.DEVNULL)
    end = time.monotonic() + 60
    while not (ledger.exists() and json.loads(ledger.read_text())["entries"]):
        assert time.monotonic() < end and process.poll() is None
        time.sleep(0.05)
    process.send_signal(signal.SIGKILL)
    process.wait()
    said = _selftest(tmp_path, "--clean")
    assert said.code == 0, said
    assert "1 step undone" in said.err
    passes(cloud)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_who_ends_it_leaves_nothing_planted(
    cloud: LabCloud, tmp_path: Path, number: signal.Signals
) -> None:
    ledger = cloud.lab.state_dir / "selftest.json"
    args = [HARNESS, "selftest", "--output", str(tmp_path), *_kinds("foreign_domain")]
    process = subprocess.Popen(args, stderr=subprocess.DEVNULL)
    end = time.monotonic() + 60
    while not (ledger.exists() and json.loads(ledger.read_text())["entries"]):
        assert time.monotonic() < end and process.poll() is None
        time.sleep(0.05)
    process.send_signal(number)
    assert process.wait(60) == 130
    assert json.loads(ledger.read_text())["entries"] == []


def test_no_cloud_but_a_lab_is_planted_in(cloud: LabCloud, tmp_path: Path) -> None:
    """The lab's cloud by another clouds.yaml is anybody's cloud."""
    other = tmp_path / "clouds.yaml"
    other.write_text(cloud.lab.clouds_yaml.read_text())
    said = harness("selftest", "--cloud", cloud.lab.cloud, OS_CLIENT_CONFIG_FILE=str(other))
    assert said.code == 64, said
    assert "--i-know-this-plants-leaks" in said.err


@pytest.mark.slow
def test_all_kinds_are_found(cloud: LabCloud, tmp_path: Path) -> None:
    said = _selftest(tmp_path, timeout=7200)
    assert said.code == 0, said
