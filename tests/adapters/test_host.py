"""Hosts are probed within a time and a size, whatever the command does."""

import json
import os
import shlex
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from harness.adapters.host import CommandProbes
from harness.core.answers.bodies import LONG, Packed, seen
from harness.core.redaction import Secrets

VIEWS = ("qemu_processes", "host_interfaces")
PATIENT = 30.0
"""Seconds that a loaded machine may add; what hangs here would hang for ever."""
EMPTY = '{"bodies": {"qemu_processes": {}, "host_interfaces": {}}, "errors": {}}'


def _command(tmp_path: Path, text: str) -> str:
    path = tmp_path / "fake.py"
    path.write_text(text)
    return shlex.join([sys.executable, "-S", str(path), "{host}"])


def _errors(command: str, seconds: float = 60.0) -> set[str]:
    reply = CommandProbes(command, seconds).ask(["host1"], VIEWS)["host1"]
    assert reply.bodies == {}
    assert set(reply.errors) == set(VIEWS)
    return set(reply.errors.values())


def test_the_script_reaches_a_python_and_its_answer_comes_back() -> None:
    command = shlex.join([sys.executable, "-I", "-"])
    reply = CommandProbes(command, 60.0).ask(["host1"], VIEWS)["host1"]
    assert reply.errors == {}
    interfaces = seen(reply.bodies["host_interfaces"])["interfaces"]
    assert {each["name"] for each in interfaces} >= {"lo"}
    assert isinstance(seen(reply.bodies["qemu_processes"])["processes"], Sequence)


def test_no_hosts_no_replies() -> None:
    assert CommandProbes("/no/such").ask([], VIEWS) == {}


def test_one_host_is_not_taken_for_all() -> None:
    replies = CommandProbes("python3 -").ask(["host1", "host2"], VIEWS)
    for host in ("host1", "host2"):
        assert "has no {host}" in replies[host].errors["qemu_processes"]


@pytest.mark.parametrize("host", ["-oProxyCommand=x", "a b", "a/b", "a;b", "$(x)", "", "ä"])
def test_a_name_that_is_no_hosts_never_reaches_a_command(host: str) -> None:
    (error,) = set(CommandProbes("/no/such {host}").ask([host], VIEWS)[host].errors.values())
    assert "cannot stand in a command" in error


def test_a_command_that_is_not_there_is_told() -> None:
    (error,) = _errors("/no/such/ssh {host}")
    assert "could not be started" in error


def test_a_command_that_hangs_is_killed_with_its_children(tmp_path: Path) -> None:
    command = _command(
        tmp_path,
        "import os, subprocess, time\n"
        "child = subprocess.Popen(['sleep', '600'])\n"
        f"open({str(tmp_path / 'pids')!r}, 'w').write(f'{{os.getpid()}} {{child.pid}}')\n"
        "time.sleep(600)\n",
    )
    assert _errors(command, 5.0) == {"the host probe did not answer within 5 s"}
    for pid in (tmp_path / "pids").read_text().split():
        assert not _runs(int(pid))


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
        return "Z" not in Path(f"/proc/{pid}/stat").read_text().split()[2]
    except (ProcessLookupError, FileNotFoundError):
        return False


def test_one_that_closes_its_output_and_stays_is_cut_off(tmp_path: Path) -> None:
    text = "import os, time\nos.close(1); os.close(2)\ntime.sleep(600)\n"
    assert _errors(_command(tmp_path, text), 5.0) == {"the host probe did not end within 5 s"}


def test_what_leaves_the_group_and_keeps_the_output_open_holds_nobody_up(tmp_path: Path) -> None:
    command = _command(
        tmp_path,
        "import subprocess\n"
        "subprocess.Popen(['sleep', '40'], start_new_session=True)\n"
        f"print({EMPTY!r}, flush=True)\n",
    )
    started = time.monotonic()
    assert CommandProbes(command, 300.0).ask(["h"], VIEWS)["h"].errors == {}
    assert time.monotonic() - started < 35


def test_what_is_said_just_before_the_end_is_heard(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The process speaks and goes at the worst of moments: while it is asked whether it is gone."""
    asked = subprocess.Popen.poll

    def late(process: "subprocess.Popen[bytes]") -> int | None:
        process.wait()
        return asked(process)

    monkeypatch.setattr(subprocess.Popen, "poll", late)
    text = f"import time\ntime.sleep(1)\nprint({EMPTY!r})\n"
    reply = CommandProbes(_command(tmp_path, text), 60.0).ask(["host1"], VIEWS)["host1"]
    assert reply.errors == {}
    assert set(reply.bodies) == set(VIEWS)


def test_an_answer_without_an_end_is_cut_off(tmp_path: Path) -> None:
    text = "import sys\nwhile True: sys.stdout.write('x' * 65536)\n"
    (error,) = _errors(_command(tmp_path, text), 120.0)
    assert "said more than" in error


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("print('garbage')", "exit 0): no output"),
        ("print('[]')", "exit 0)"),
        ('print(\'{"bodies": [], "errors": {}}\')', "exit 0)"),
        ('print(\'{"bodies": {}, "errors": {"host_interfaces": 5}}\')', "exit 0)"),
        ("import sys; sys.exit('Host key verification failed.')", "exit 1): Host key verif"),
        ("import sys; sys.stdout.buffer.write(bytes(range(256)) * 4096)", "exit 0)"),
        ("import sys; sys.stderr.write('x' * 10**6 + 'end'); sys.exit(255)", "exit 255): xxx"),
    ],
)
def test_a_command_that_fails_is_an_error_for_every_view(
    tmp_path: Path, text: str, told: str
) -> None:
    (error,) = _errors(_command(tmp_path, text))
    assert f"the host probe failed ({told}" in error
    assert len(error) < 400


def test_what_fails_shows_no_secret(tmp_path: Path) -> None:
    command = _command(tmp_path, "import sys; sys.exit('login with geheim-123 refused')")
    probes = CommandProbes(command, secrets=Secrets(frozenset({"geheim-123"})))
    (error,) = set(probes.ask(["h"], VIEWS)["h"].errors.values())
    assert "geheim" not in error
    assert "login with" in error


def test_a_view_that_the_host_does_not_tell_is_left_to_the_observer(tmp_path: Path) -> None:
    text = 'print(\'{"bodies": {"other": {}}, "errors": {"host_interfaces": "no /sys"}}\')'
    reply = CommandProbes(_command(tmp_path, text)).ask(["h"], VIEWS)["h"]
    assert (reply.bodies, reply.errors) == ({}, {"host_interfaces": "no /sys"})


def test_of_fifty_hosts_ten_hang(tmp_path: Path) -> None:
    """The ten are unknown by name, the forty are told, and it takes one limit and not ten."""
    text = f"import sys, time\ntime.sleep(600 if 'hung' in sys.argv[1] else 0)\nprint({EMPTY!r})\n"
    hosts = [f"hung{n}" for n in range(10)] + [f"compute{n}" for n in range(40)]
    limit = 20.0
    started = time.monotonic()
    replies = CommandProbes(_command(tmp_path, text), limit).ask(hosts, VIEWS)
    assert time.monotonic() - started < limit + PATIENT < 10 * limit
    assert {host for host, reply in replies.items() if reply.errors} == set(hosts[:10])
    assert all(replies[host].bodies for host in hosts[10:])


def test_a_long_body_is_packed_as_it_comes(tmp_path: Path) -> None:
    said = {"bodies": {"host_interfaces": {"interfaces": ["x"] * LONG}}, "errors": {}}
    command = _command(tmp_path, f"print({json.dumps(json.dumps(said))})")
    reply = CommandProbes(command, 60.0).ask(["host1"], VIEWS)["host1"]
    assert isinstance(reply.bodies["host_interfaces"], Packed)
    assert seen(reply.bodies["host_interfaces"]) == said["bodies"]["host_interfaces"]
