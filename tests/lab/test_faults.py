"""Faults on purpose on the real cloud: made, healed, recovered from, and never left behind."""

import json
import signal
import subprocess
from pathlib import Path
from typing import Any

import pytest

from harness.lab import supervision
from harness.lab.layout import layout_of
from tests.lab.conftest import HARNESS, LabCloud, harness, passes, wait_for
from tests.lab.residue import sweep

pytestmark = pytest.mark.lab

FLAVORS = r"tempest.api.compute.flavors.test_flavors\."
PLAN = """
recovers_within: 5m
steps:
  - name: scheduler killed
    at: {iteration: 1}
    do: {lab: {kill: nova-scheduler}}
    for: 5s
  - name: cable pulled
    at: {iteration: 1}
    do: {lab: {drop_network: compute1}}
    for: 5s
  - name: marked
    at: {iteration: 1}
    do: {make: "touch FOLDER/mark", heal: "rm FOLDER/mark"}
"""
LONG = """
steps:
  - name: glance paused
    at: {iteration: 1}
    do: {lab: {pause: glance}}
    for: 1h
"""


def soak(folder: Path, plan: str) -> list[str]:
    path = folder / "plan.yaml"
    path.write_text(plan.replace("FOLDER", str(folder)))
    run = ["--cloud", "lab", "--iterations", "1", "--results", str(folder), "--run", "here"]
    return ["soak", *run, "--regex", FLAVORS, "--faults", str(path)]


def summary(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "here" / "derived" / "summary.json").read_text())
    return found


def events(folder: Path) -> list[str]:
    paths = sorted((folder / "here" / "evidence" / "faults").glob("*.json"))
    return [json.loads(path.read_text())["event"] for path in paths]


def test_the_cloud_recovers_from_faults(cloud: LabCloud, tmp_path: Path) -> None:
    said = harness(*soak(tmp_path, PLAN))
    assert said.code == 0, said
    assert "3 of 3 faults made, 3 recovered" in said.out
    for fault in summary(tmp_path)["faults"]:
        assert fault["verdict"] == "PASS"
        assert 0 < fault["recovery_seconds"] < 300
    assert not (tmp_path / "mark").exists()
    derived = tmp_path / "here" / "derived"
    before = {path: path.read_bytes() for path in derived.rglob("*") if path.is_file()}
    assert harness("replay", "here", "--results", str(tmp_path)).code == 0
    assert before == {path: path.read_bytes() for path in derived.rglob("*") if path.is_file()}
    passes(cloud)


def test_a_driver_that_is_killed_leaves_a_fault_that_is_healed_when_it_goes_on(
    cloud: LabCloud, tmp_path: Path
) -> None:
    """A paused glance would hang whoever asks it: it goes on before the cloud is asked."""
    with (tmp_path / "said").open("w", encoding="utf-8") as out:
        process = subprocess.Popen([HARNESS, *soak(tmp_path, LONG)], stdout=out, stderr=out)
    wait_for(lambda: events(tmp_path)[-1:] == ["made"], "the fault to be made")
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert _state(cloud, "glance") == "T"
    said = harness("soak", "--resume", "here", "--results", str(tmp_path))
    assert said.code == 2, said  # the iteration that it died in is UNKNOWN for ever
    assert events(tmp_path) == ["begun", "made", "healing", "healed"]
    assert _state(cloud, "glance") != "T"
    assert summary(tmp_path)["faults"][0]["recovery_seconds"] is not None
    sweep(cloud)
    passes(cloud)


def _state(cloud: LabCloud, service: str) -> str:
    """Return the state of a service's process as /proc has it."""
    pid = supervision.services(layout_of(cloud.lab.state_dir))[service].pid
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
