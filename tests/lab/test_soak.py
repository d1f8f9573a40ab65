"""The soak command on the real cloud: exit codes, reports, and ends that nobody planned."""

import os
import signal
import subprocess
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import psutil
import pytest

from tests.lab.conftest import DOMAIN, HARNESS, LabCloud, Said, harness, passes, wait_for
from tests.lab.residue import sweep
from tests.lab.servers import lab_service

pytestmark = pytest.mark.lab

FLAVORS = r"tempest.api.compute.flavors.test_flavors\."
HANDFUL = r"tempest.api.compute.(flavors.test_flavors\.|servers.test_create_server.ServersTestJSON)"
LONG = r"tempest.api.compute.(flavors|keypairs|images|servers.test_servers)"


def arguments(results: Path, regex: str) -> list[str]:
    run = ["--cloud", "lab", "--iterations", "1", "--results", str(results), "--run", "here"]
    return ["soak", *run, "--regex", regex]


def soak(results: Path, *more: str) -> Said:
    return harness(*arguments(results, FLAVORS), *more)


def case(results: Path, name: str) -> ElementTree.Element:
    """Return the JUnit case of a rule."""
    report = ElementTree.parse(results / "here" / "derived" / "junit" / "run.xml")
    return next(item for item in report.iter("testcase") if item.get("name") == name)


def left(results: Path) -> list[psutil.Process]:
    """Return the processes that still work for a run."""
    found = []
    for process in psutil.process_iter(["cmdline"]):
        if any(str(results) in word for word in process.info["cmdline"] or []):
            found.append(process)
    return found


def begun(results: Path, regex: str, *more: str) -> "subprocess.Popen[str]":
    """Begin a soak; what it says goes to the file ``said``."""
    with (results / "said").open("w", encoding="utf-8") as said:
        command = [HARNESS, *arguments(results, regex), *more]
        return subprocess.Popen(command, stdout=said, stderr=subprocess.STDOUT, text=True)


@pytest.fixture
def under_way(cloud: LabCloud, tmp_path: Path) -> Iterator["subprocess.Popen[str]"]:
    """A soak in the middle of its tests. What they leave when they are ended is swept."""
    process = begun(tmp_path, LONG)
    wait_for(lambda: _tests_run(process, tmp_path), "the tests to begin")
    time.sleep(3)
    yield process
    process.kill()
    process.wait()
    sweep(cloud)
    passes(cloud)


def _tests_run(process: "subprocess.Popen[str]", results: Path) -> bool:
    assert process.poll() is None, (results / "said").read_text()
    return any("stestr.subunit_runner.run" in one.info["cmdline"] for one in left(results))


def test_a_soak_of_a_clean_cloud(cloud: LabCloud, tmp_path: Path) -> None:
    more = ["--iterations", "2", "--concurrency", "2"]
    said = harness(*arguments(tmp_path, HANDFUL), *more)
    assert said.code == 0, said
    assert "no leak in 2 iterations" in said.out
    derived = tmp_path / "here" / "derived"
    before = {path: path.read_bytes() for path in derived.rglob("*") if path.is_file()}
    assert harness("replay", "here", "--results", str(tmp_path)).code == 0
    after = {path: path.read_bytes() for path in derived.rglob("*") if path.is_file()}
    assert before == after


def test_a_soak_while_a_domain_is_orphaned(cloud: LabCloud, tmp_path: Path) -> None:
    subject = str(uuid.uuid4())
    with cloud.libvirt("compute2") as connection:
        domain = connection.defineXML(DOMAIN.format(kind=cloud.lab.virt_type, uuid=subject))
        try:
            said = soak(tmp_path)
        finally:
            domain.undefine()
    assert said.code == 1, said
    failure = case(tmp_path, "domain_has_server").find("failure")
    assert failure is not None
    text = f"{failure.get('message')} {failure.text}"
    assert subject in text
    assert "compute2" in text
    passes(cloud)


def test_a_soak_while_a_hypervisor_does_not_answer(cloud: LabCloud, tmp_path: Path) -> None:
    """A soak leaves a service that was stopped in the lab as it is: it is a fault to be seen."""
    lab_service("stop", "libvirtd-2")
    try:
        said = soak(tmp_path, "--settle-limit", "10")
    finally:
        lab_service("start", "libvirtd-2")
    assert said.code == 2, said
    assert "libvirtd-2 does not run" in said.out
    error = case(tmp_path, "domain_has_server").find("error")
    assert error is not None
    assert "compute2" in f"{error.get('message')} {error.text}"
    passes(cloud)


def test_a_soak_ended_in_the_middle_of_its_tests(
    tmp_path: Path, under_way: "subprocess.Popen[str]"
) -> None:
    under_way.send_signal(signal.SIGTERM)
    code = under_way.wait(timeout=90)
    assert left(tmp_path) == []
    assert code == harness("replay", "here", "--results", str(tmp_path)).code
    assert (tmp_path / "here" / "derived" / "junit" / "run.xml").is_file()
    assert "SIGTERM" in (tmp_path / "here" / "derived" / "report.txt").read_text()


def test_a_soak_that_is_killed(tmp_path: Path, under_way: "subprocess.Popen[str]") -> None:
    under_way.kill()
    assert under_way.wait() == -signal.SIGKILL
    for process in left(tmp_path):
        os.kill(process.pid, signal.SIGKILL)
    said = harness("replay", "here", "--results", str(tmp_path))
    assert said.code == 2, said
    assert "no end mark" in said.out
