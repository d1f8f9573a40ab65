"""Kinds that need no server of nova's, planted on hosts that are no more than folders and networks:
the real probe sees them, just the planted findings come of it, and nothing is left."""

import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

import harness.selftest.kinds
import harness.selftest.steps
import harness.sources
from harness.adapters.clock import SystemClock
from harness.adapters.host import CommandProbes
from harness.core.answers.bodies import seen
from harness.core.answers.capture import Answer, Capture
from harness.core.rules.invariant import Circumstances, judge
from harness.core.rules.verdict import Verdict
from harness.core.views.catalog import declared
from harness.core.views.snapshot import Snapshot, parse
from harness.core.views.source import ProbeSource
from harness.lab.environment import LabEnvironment
from harness.lab.layout import layout_of
from harness.selftest.comparison import Comparison, compare
from harness.selftest.ground import Ground, PlantFailed, Undo
from harness.selftest.kind import Kind, Planted, lost
from harness.selftest.ledger import Ledger
from harness.selftest.removal import remove
from harness.selftest.steps import hosts
from tests.invariants.clouds import H1, H2, Cloud, server
from tests.invariants.test_healthy import RULES

SERVER = "7a1d3c1e-1f1b-4bb1-9a53-8f1a3a3c2b01"
KINDS = declared(harness.selftest.kinds, Kind, "harness.selftest")
SOURCES: dict[str, ProbeSource] = declared(harness.sources, ProbeSource, "harness.sources")
STEPS = declared(harness.selftest.steps, Undo, "harness.selftest.undo")
OF_NOBODY = (
    "directory_of_nobody",
    "disk_beside_the_directories",
    "nvram_of_no_domain",
    "process_without_a_domain",
    "removal_that_never_ended",
    "saved_memory_of_no_domain",
    "tap_of_no_port",
)
LONG = 3600.0
"""Seconds that a host's clock is set ahead for the judge: what was made just now is old."""
_ENTER = """mount --bind {state}/hosts/$0/instances {state}/instances
mount --bind {state}/hosts/$0/lib {state}/lib
mount -t sysfs sysfs /sys
exec {python} -I -"""


@dataclass
class TwoHosts:
    """Two hosts in a folder, and what plants on them."""

    ground: Ground
    probes: CommandProbes
    folder: Path

    def look(self, cloud: Cloud) -> Snapshot:
        """Probe the hosts; all else is as a cloud says."""
        replies = self.probes.ask([H1, H2], sorted(SOURCES))
        answers = []
        for host, reply in replies.items():
            assert reply.errors == {}
            for name, kept in reply.bodies.items():
                body = seen(kept)
                later = {"now": body["now"] + LONG} if "now" in body else {}
                answers.append(Answer(name, host, 0.0, 1.0, {**body, **later}))
        probed = parse(Capture(tuple(answers)), list(SOURCES.values()))
        rest = cloud.snapshot()
        return Snapshot(rest.moment, {**rest.views, **probed.views})

    def compared(self, planted: Planted, cloud: Cloud) -> Comparison:
        looked = self.look(cloud)
        checks = [
            judge(law, looked, Circumstances()) for law in RULES.values() if _probed(law.needs)
        ]
        return compare(planted, checks)

    def files(self) -> set[str]:
        kept = {"net", "instances", "lib"}
        found = [p for p in self.folder.glob("hosts/*/**/*") if p.name not in kept]
        return {str(path.relative_to(self.folder)) for path in found}


def _probed(needs: tuple[str, ...]) -> bool:
    return bool({*needs} & {*SOURCES})


def _lab(state: Path) -> LabEnvironment:
    return LabEnvironment(state, "lab", state, state, "", (H1, H2), {}, {})


@pytest.fixture
def two(short_path: Path) -> Iterator[TwoHosts]:
    if os.geteuid() != 0 or not all(map(shutil.which, ("ip", "nsenter", "unshare", "qemu-img"))):
        pytest.skip("hosts of one's own need root, iproute2, util-linux and qemu-img")
    layout = layout_of(short_path)
    layout.instances.mkdir()
    (short_path / "lib").mkdir()
    for host in (H1, H2):
        for folder in ("instances/_base", "instances/locks", "lib"):
            (layout.host(host) / folder).mkdir(parents=True)
        layout.host_network(host).touch()
    made = []
    try:
        for host in (H1, H2):
            place = f"--net={layout.host_network(host)}"
            command = ("unshare", place, "ip", "link", "set", "lo", "up")
            if subprocess.run(command, check=False, capture_output=True).returncode:
                pytest.skip("no network namespace can be made here")
            made.append(host)
        with Ledger(short_path / "ledger.json", "lab") as ledger:
            lab = _lab(short_path)
            ground = Ground(None, (H1, H2), "", ledger, SystemClock(), STEPS, lab)
            yield TwoHosts(ground, _probes(short_path), short_path)
    finally:
        for host in made:
            subprocess.run(["umount", str(layout.host_network(host))], check=True)


def _probes(state: Path) -> CommandProbes:
    enter = _ENTER.format(state=state, python=sys.executable)
    words = ["nsenter", f"--net={state}/hosts/{{host}}/net", "unshare", "-m", "sh", "-c", enter]
    folders = {"instances": f"{state}/instances", "libvirt": f"{state}/lib"}
    return CommandProbes(shlex.join([*words, "{host}"]), 60.0, folders)


@pytest.mark.parametrize("name", OF_NOBODY)
def test_a_kind_is_found_just_as_planted_and_goes_without_a_trace(two: TwoHosts, name: str) -> None:
    if name == "process_without_a_domain" and not shutil.which("qemu-system-x86_64"):
        pytest.skip("QEMU is not installed")
    before, empty = two.files(), Cloud(domains=())
    assert two.compared(Planted(()), empty).lines == ()
    try:
        planted = KINDS[name].plant(two.ground)
        said = two.compared(planted, empty)
    finally:
        failed = remove(two.ground, print)
    assert failed == []
    assert (said.lines, said.verdict) == ((), Verdict.PASS)
    assert two.compared(Planted(()), empty).lines == ()
    assert two.files() == before


@pytest.mark.parametrize(
    ("backing", "word"), [("_base/gone", "which is not there"), ("snapshots/x", "expected one in")]
)
def test_a_disk_that_rests_on_the_wrong_file(two: TwoHosts, backing: str, word: str) -> None:
    folder, inside = two.folder / "hosts" / H1 / "instances", two.folder / "instances"
    (folder / SERVER).mkdir()
    (folder / "snapshots").mkdir()
    for file in ("_base/image", "snapshots/x"):
        (folder / file).write_bytes(b"\0" * 4096)
    (inside / "_base").mkdir()
    (inside / "_base" / "image").write_bytes(b"\0" * 4096)
    made = ("-f", "qcow2", "-F", "raw", "-b", f"{inside}/_base/image", f"{folder}/{SERVER}/disk")
    subprocess.run(["qemu-img", "create", "-q", *made], check=True)
    cloud = Cloud(servers=(server(SERVER),), domains=())
    assert two.compared(Planted(()), cloud).lines == ()
    place = hosts.rest_on(two.ground, H1, SERVER, backing)
    found = lost("backing_file_is_there", place, H1, {}, word)
    assert two.compared(Planted((found,)), cloud).lines == ()
    assert remove(two.ground, print) == []
    assert two.compared(Planted(()), cloud).lines == ()


@pytest.mark.parametrize("path", ["../../x", "instances/../../../x", "", "/etc/passwd"])
def test_nothing_outside_of_a_hosts_own_disk_is_touched(short_path: Path, path: str) -> None:
    with Ledger(short_path / "ledger.json", "lab") as ledger:
        ground = Ground(None, (H1, H2), "", ledger, SystemClock(), {}, _lab(short_path))
        for changed in (ground, replace_lab(ground)):
            with pytest.raises(PlantFailed):
                hosts.path_is_gone.run(changed, H1, path)


def replace_lab(ground: Ground) -> Any:
    return replace(ground, lab=None)
