"""Hypervisors are asked within a time limit, whatever the process that asks them does."""

import os
import sys
import time
from pathlib import Path

import pytest

import harness.sources
from harness.adapters.hypervisor import PROBE, LibvirtHypervisors
from harness.core.answers.bodies import seen
from harness.core.views.catalog import address
from harness.core.views.source import HostSource
from harness.sources import domains

QUESTIONS = {name: address(harness.sources, (HostSource,), name) for name in ("domains", "nodes")}
TEST_DOMAIN = "6695eb01-f6a4-8304-79aa-97f2502e193f"


def _script(tmp_path: Path, text: str) -> tuple[str, ...]:
    path = tmp_path / "probe.py"
    path.write_text(text)
    return (sys.executable, "-S", str(path))


def _errors(probe: tuple[str, ...], seconds: float = 20.0) -> set[str]:
    reply = LibvirtHypervisors("test://{host}", seconds, probe).ask(["host1"], QUESTIONS)["host1"]
    assert reply.bodies == {}
    assert set(reply.errors) == set(QUESTIONS)
    return set(reply.errors.values())


def test_libvirts_test_driver_is_read() -> None:
    pytest.importorskip("libvirt")
    replies = LibvirtHypervisors("test:///default?of={host}").ask(["host1", "host2"], QUESTIONS)
    assert set(replies) == {"host1", "host2"}
    reply = replies["host1"]
    (row,) = domains.parse("host1", reply.bodies["domains"])
    assert (row.uuid, row.name, row.state) == (TEST_DOMAIN, "test", "running")
    assert (row.server_name, row.persistent) == (None, True)
    assert ("nodes" in reply.bodies) != ("nodes" in reply.errors)


def test_the_xml_of_single_domains_is_read() -> None:
    pytest.importorskip("libvirt")
    gone = "00000000-f6a4-8304-79aa-97f2502e193f"
    asked = {"domain_xml": f"harness.sources.domain_xml:EXHIBIT#{gone},{TEST_DOMAIN}"}
    reply = LibvirtHypervisors("test:///default").ask(["host1"], asked)["host1"]
    assert reply.errors == {}
    [found] = seen(reply.bodies["domain_xml"])["domains"]
    assert found["uuid"] == TEST_DOMAIN
    assert found["xml"].startswith("<domain type='test'")


def test_a_host_that_is_not_there_is_told() -> None:
    pytest.importorskip("libvirt")
    (error,) = set(
        LibvirtHypervisors("test:///no/such/{host}").ask(["h"], QUESTIONS)["h"].errors.values()
    )
    assert "cannot connect" in error


def test_without_a_uri_nothing_is_asked() -> None:
    reply = LibvirtHypervisors("").ask(["host1"], QUESTIONS)["host1"]
    assert "no libvirt URI is configured" in reply.errors["domains"]


def test_one_hypervisor_is_not_taken_for_all_hosts() -> None:
    replies = LibvirtHypervisors("test:///default").ask(["host1", "host2"], QUESTIONS)
    for host in ("host1", "host2"):
        assert replies[host].bodies == {}
        assert "has no {host}" in replies[host].errors["domains"]


def test_no_hosts_no_replies() -> None:
    assert LibvirtHypervisors("test:///default").ask([], QUESTIONS) == {}


@pytest.mark.parametrize("host", ["-oProxyCommand=x", "a b", "a/b", "a?b", "", "ä"])
def test_a_name_that_is_no_hosts_never_reaches_a_uri(host: str) -> None:
    reply = LibvirtHypervisors("test://{host}").ask([host], QUESTIONS)[host]
    assert "cannot stand in a URI" in reply.errors["domains"]


def test_a_probe_that_hangs_is_killed_with_its_children(tmp_path: Path) -> None:
    probe = _script(
        tmp_path,
        "import os, subprocess, sys, time\n"
        f"child = subprocess.Popen(['sleep', '600'])\n"
        f"open({str(tmp_path / 'pids')!r}, 'w').write(f'{{os.getpid()}} {{child.pid}}')\n"
        "time.sleep(600)\n",
    )
    started = time.monotonic()
    assert _errors(probe, 1.0) == {"libvirt did not answer within 1 s"}
    assert time.monotonic() - started < 60
    for pid in (tmp_path / "pids").read_text().split():
        assert _ends(int(pid))


def _ends(pid: int) -> bool:
    """Tell whether a process that was killed is soon gone: a busy machine takes its time."""
    end = time.monotonic() + 30
    while (running := _runs(pid)) and time.monotonic() < end:
        time.sleep(0.05)
    return not running


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
        return "Z" not in Path(f"/proc/{pid}/stat").read_text().split()[2]
    except (ProcessLookupError, FileNotFoundError):
        return False


def test_what_leaves_the_group_and_keeps_the_output_open_holds_nobody_up(tmp_path: Path) -> None:
    probe = _script(
        tmp_path,
        "import subprocess\n"
        "subprocess.Popen(['sleep', '3'], start_new_session=True)\n"
        'print(\'{"bodies": {}, "errors": {"domains": "a", "nodes": "a"}}\')\n',
    )
    started = time.monotonic()
    assert _errors(probe) == {"a"}
    assert time.monotonic() - started < 2.5


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("print('garbage')", "exit 0): no output"),
        ("print('[]')", "exit 0)"),
        ("print('null')", "exit 0)"),
        ('print(\'{"bodies": [], "errors": {}}\')', "exit 0)"),
        ('print(\'{"bodies": {}, "errors": {"domains": 5}}\')', "exit 0)"),
        ("import sys; sys.exit('no such driver')", "exit 1): no such driver"),
        ("raise SystemExit(7)", "exit 7): no output"),
        ("import os; os.kill(os.getpid(), 9)", "exit -9): no output"),
        ("import sys; sys.stdout.buffer.write(bytes(range(256)) * 4096)", "exit 0)"),
        ("import sys; sys.stderr.write('x' * 10**6); sys.exit(1)", "exit 1): xxx"),
    ],
)
def test_a_probe_that_fails_is_an_error_for_every_question(
    tmp_path: Path, text: str, told: str
) -> None:
    (error,) = _errors(_script(tmp_path, text))
    assert f"the libvirt probe failed ({told}" in error
    assert len(error) < 400


def test_a_probe_that_cannot_be_started_is_an_error_for_every_question() -> None:
    (error,) = _errors(("/no/such/program",))
    assert "could not be started" in error


def test_a_slow_host_does_not_hold_up_the_others(tmp_path: Path) -> None:
    probe = _script(
        tmp_path,
        "import sys, time\n"
        "time.sleep(600 if 'slow' in sys.stdin.read() else 0)\n"
        'print(\'{"bodies": {"domains": {}, "nodes": {}}, "errors": {}}\')\n',
    )
    hosts = [f"slow{n}" for n in range(8)] + ["quick"]
    started = time.monotonic()
    replies = LibvirtHypervisors("test://{host}", 1.5, probe).ask(hosts, QUESTIONS)
    assert time.monotonic() - started < 5
    assert replies["quick"].errors == {}
    assert all(replies[f"slow{n}"].errors for n in range(8))


def test_the_probe_is_ours() -> None:
    assert PROBE[0] == sys.executable
