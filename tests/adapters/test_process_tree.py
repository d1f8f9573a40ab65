"""Processes are ended wherever they went."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.adapters import process_tree

PARENT = """
import os, signal, subprocess, sys
if "deaf" in sys.argv:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
child = subprocess.Popen(
    [sys.executable, "-c", "import sys, time; print(1, flush=True); time.sleep(1000)"],
    start_new_session="away" in sys.argv,
)
print(child.pid, flush=True)
if "orphan" in sys.argv:
    os._exit(0)
child.wait()
"""


@pytest.fixture
def cookie(tmp_path: Path) -> Iterator[str]:
    yield str(tmp_path)
    process_tree.end(None, str(tmp_path), 0)


def start(cookie: str, *words: str) -> tuple[subprocess.Popen[bytes], int]:
    """Start a parent and its child; return when both run."""
    process = subprocess.Popen(
        [sys.executable, "-c", PARENT, *words],
        stdout=subprocess.PIPE,
        env={process_tree.COOKIE: cookie} if cookie else {},
    )
    assert process.stdout
    with process.stdout as lines:
        said = {int(lines.readline()), int(lines.readline())} - {1}
    return process, said.pop()


def runs(pid: int) -> bool:
    stat = Path(f"/proc/{pid}/stat")
    return stat.exists() and stat.read_text().rpartition(")")[2].split()[0] != "Z"


def test_a_tree_gets_sigterm(cookie: str) -> None:
    process, child = start("")
    ended = process_tree.end(process, cookie, 10)
    assert {(one.pid, one.how) for one in ended} == {(process.pid, "SIGTERM"), (child, "SIGTERM")}
    assert process.returncode == -signal.SIGTERM
    assert not runs(child)


def test_what_ignores_sigterm_gets_sigkill(cookie: str) -> None:
    process, child = start(cookie, "deaf")
    ended = {one.pid: one.how for one in process_tree.end(process.pid, cookie, 0.2)}
    assert ended[process.pid] == "SIGKILL"
    assert process.wait() == -signal.SIGKILL
    assert not runs(child)


def test_an_orphan_in_its_own_session_is_found_by_the_cookie(cookie: str) -> None:
    process, child = start(cookie, "away", "orphan")
    assert process.wait() == 0
    assert [one.pid for one in process_tree.carrying(cookie)] == [child]
    assert [one.pid for one in process_tree.end(process, cookie, 10)] == [child]
    assert process_tree.carrying(cookie) == []


def test_other_cookies_and_spared_ones_live(cookie: str, tmp_path: Path) -> None:
    process, child = start(cookie)
    assert process_tree.end(None, cookie + "/other", 0) == ()
    ended = process_tree.end(None, cookie, 10, spare={process.pid})
    assert [one.pid for one in ended] == [child]
    process.wait()


def test_the_caller_is_not_ended_though_it_carries_the_cookie(tmp_path: Path) -> None:
    code = (
        "from harness.adapters import process_tree as t; import sys;"
        "print(t.end(None, sys.argv[1], 0))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)],
        env={process_tree.COOKIE: str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "()\n"


def test_a_process_that_has_gone_is_no_error(cookie: str) -> None:
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    assert process_tree.end(process, cookie, 0) == ()


def test_a_name_does_not_show_arguments(cookie: str) -> None:
    with subprocess.Popen(["sleep", "1000"], env={**os.environ}) as process:
        (ended,) = process_tree.end(process, cookie, 10)
    assert str(ended) == f"sleep (pid {process.pid}, SIGTERM)"
