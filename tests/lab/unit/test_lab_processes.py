import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from harness.lab import lock, processes
from harness.lab.layout import Layout


@pytest.fixture
def child(tmp_path: Path) -> Iterator[psutil.Process]:
    """A process with the mark of a lab in ``tmp_path``, as a one-off command of its ``up``."""
    marked = processes.environment_of(tmp_path, tmp_path / "venv", processes.ROLE_SETUP)
    with subprocess.Popen(["/bin/sleep", "600"], env=marked) as started:
        yield psutil.Process(started.pid)
        started.kill()


def test_a_process_is_known_by_the_mark_in_its_environment(
    tmp_path: Path, child: psutil.Process
) -> None:
    assert processes.all_of(tmp_path) == [child]
    assert processes.is_setup(child)
    assert processes.all_of(tmp_path / "other") == []


def test_a_process_is_known_by_the_directory_it_was_started_in(tmp_path: Path) -> None:
    folder = processes.working_directory(tmp_path)
    folder.mkdir()
    with subprocess.Popen(["/bin/sleep", "600"], env={}, cwd=folder) as started:
        assert [one.pid for one in processes.all_of(tmp_path)] == [started.pid]
        started.kill()


def test_this_very_process_belongs_to_no_lab(tmp_path: Path) -> None:
    assert not processes.belongs(psutil.Process(), tmp_path)


def test_stopping_needs_no_force_where_sigterm_is_heard(child: psutil.Process) -> None:
    assert processes.stop([child], 10) == []
    assert not child.is_running() or child.status() == psutil.STATUS_ZOMBIE


def test_a_stopped_process_ends_too(child: psutil.Process) -> None:
    child.suspend()
    assert processes.stop([child], 10) == []


def test_nothing_of_the_caller_leaks_into_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", "/elsewhere")
    monkeypatch.setenv("OS_CLOUD", "production")
    made = processes.environment_of(tmp_path, tmp_path / "venv")
    assert not {"PYTHONPATH", "OS_CLOUD"} & set(made)


def test_the_second_to_come_says_for_whom_it_waits(tmp_path: Path) -> None:
    layout, said, entered = Layout(tmp_path), [], threading.Event()

    def second() -> None:
        with lock.held(layout, lambda text: (said.append(text), release.set())):
            entered.set()

    release = threading.Event()
    waiting = threading.Thread(target=second)
    with lock.held(layout, said.append):
        waiting.start()
        assert release.wait(10)
        assert not entered.is_set()
    waiting.join(10)
    assert entered.is_set()
    assert said == [f"waiting for pid {psutil.Process().pid}, which works on this lab"]
