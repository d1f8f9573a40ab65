"""Which run is gone on with, and which options it takes."""

import argparse
import errno
import fcntl
import shlex
import shutil
from pathlib import Path
from typing import Any

import pytest

from harness.adapters.clock import SystemClock
from harness.adapters.results_directory import ResultsDirectory
from harness.adapters.run_lock import driven, driving
from harness.adapters.store import RunStore
from harness.cli import resuming
from harness.cli.app import main
from harness.cli.soak import Soak
from harness.core.answers.capture import CLOUD, Answer, Capture
from harness.core.errors import EXIT_UNKNOWN, HarnessError
from tests.toys import RECORD


def _args(*words: str) -> argparse.Namespace:
    return Soak(argparse.Namespace(stdout=None), None).get_parser("soak").parse_args(list(words))


def _begun(results: Path, *words: str, **more: Any) -> RunStore:
    store = ResultsDirectory(results).new_run("night")
    store.begin(
        {**RECORD, "name": "night", "settings": resuming.settings_of(_args(*words)), **more}
    )
    return store


def test_a_run_takes_the_options_that_it_began_with(tmp_path: Path) -> None:
    store = _begun(tmp_path, "--hours", "8", "--regex", "flavors", "--concurrency", "0")
    args = _args("--resume", "night")
    found = resuming.cut_off(ResultsDirectory(tmp_path), args)
    assert found and found.path == store.path
    args = resuming.restore(args, store.run_record())
    assert (args.hours, args.regex, args.concurrency) == (8.0, "flavors", 0)
    assert args.cloud == RECORD["cloud"]


@pytest.mark.parametrize(
    "words", [("--regex", "x"), ("--hours", "2"), ("--concurrency", "0"), ("--run", "other")]
)
def test_no_other_options_are_taken(tmp_path: Path, words: tuple[str, str]) -> None:
    _begun(tmp_path, "--hours", "8")
    with pytest.raises(HarnessError, match=f"leave out {words[0]}"):
        resuming.cut_off(ResultsDirectory(tmp_path), _args("--resume", "night", *words))


def test_a_run_that_has_ended_is_not_gone_on_with(tmp_path: Path) -> None:
    store = _begun(tmp_path, "--hours", "8")
    store.end({"ending": "time is up", "ended": 1.0, "iterations": 3})
    with pytest.raises(HarnessError, match="has ended"):
        resuming.cut_off(ResultsDirectory(tmp_path), _args("--resume", "night"))


@pytest.mark.parametrize("signal", ["SIGTERM", "SIGINT"])
def test_a_run_that_a_signal_ended_goes_on(tmp_path: Path, signal: str) -> None:
    store = _begun(tmp_path, "--hours", "8")
    store.end({"ending": f"ended by {signal}", "ended": 1.0, "iterations": 0})
    assert resuming.cut_off(ResultsDirectory(tmp_path), _args("--resume", "night"))
    resuming.resumed(store, store.run_record(), SystemClock())
    assert store.end_record() is None
    assert (store.evidence / "ended-001.json").is_file()


def test_a_run_goes_on_after_the_latest_moment_that_its_evidence_tells(tmp_path: Path) -> None:
    store, started = _begun(tmp_path), RECORD["started"]
    record = store.run_record()
    assert resuming.last_moment(store, record) == started
    begun = {"number": 0, "started": started + 1}
    store.begin_iteration(0, begun)
    assert resuming.last_moment(store, record) == started + 1
    answer = Answer("toys", CLOUD, started + 2, started + 3, {"toys": []})
    store.keep_capture(0, 1, Capture((answer,)))
    assert resuming.last_moment(store, record) == started + 3
    store.end_iteration(0, {**begun, "ended": started + 4, "reads": 1, "phases": {}})
    assert resuming.last_moment(store, record) == started + 4
    store.resume({"after": 0, "at": started + 5})
    assert resuming.last_moment(store, record) == started + 5


def test_a_run_that_is_for_ever_goes_on_by_itself(tmp_path: Path) -> None:
    words = ("--forever", "--run", "night", "--regex", "flavors")
    assert resuming.cut_off(ResultsDirectory(tmp_path), _args(*words)) is None
    _begun(tmp_path, *words)
    assert resuming.cut_off(ResultsDirectory(tmp_path), _args(*words)) is not None
    with pytest.raises(HarnessError, match="began with another --regex"):
        resuming.cut_off(ResultsDirectory(tmp_path), _args(*words[:3], "--regex", "servers"))


def test_one_of_an_older_harness_says_so(tmp_path: Path) -> None:
    store = _begun(tmp_path, settings={})
    with pytest.raises(HarnessError, match="did not store its options"):
        resuming.restore(_args("--resume", "night"), store.run_record())


def test_a_run_that_is_not_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["soak", "--resume", "nothing", "--results", str(tmp_path)]) == 64
    assert "there is no run 'nothing'" in capsys.readouterr().err


def test_a_full_disk_is_told_with_a_command_that_goes_on_from_anywhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _begun(tmp_path / "some where", "--hours", "8")
    monkeypatch.chdir(tmp_path)
    store = RunStore(Path("some where/night"))
    with pytest.raises(HarnessError) as caught, resuming.room_to_go_on(store):
        raise OSError(errno.ENOSPC, "No space left on device")
    command = shlex.split(str(caught.value).split("`")[1])
    assert command == ["harness", "soak", "--resume", str(tmp_path / "some where" / "night")]
    monkeypatch.chdir("/")
    found = resuming.cut_off(ResultsDirectory(Path("results")), _args(*command[2:]))
    assert found and found.path == tmp_path / "some where" / "night"


def test_one_driver_for_each_run(tmp_path: Path) -> None:
    store = _begun(tmp_path, "--hours", "8")
    assert not driven(store.path)
    with driving(store.path):
        assert driven(store.path)
        with (
            pytest.raises(HarnessError, match="is being driven already by process"),
            driving(store.path, sleep=lambda _seconds: None),
        ):
            pass
    assert not driven(store.path)


def test_who_asks_whether_a_run_is_driven_keeps_no_driver_from_it(tmp_path: Path) -> None:
    (tmp_path / "driver.lock").touch()
    with (tmp_path / "driver.lock").open() as asking:
        fcntl.flock(asking, fcntl.LOCK_SH)
        with driving(tmp_path, sleep=lambda _seconds: asking.close()):
            assert driven(tmp_path)


def test_the_name_of_a_run_that_never_began_is_free(tmp_path: Path) -> None:
    words = _args("--forever", "--run", "night")
    results = ResultsDirectory(tmp_path)
    store = results.new_run("night")  # its driver dies while it lists the tests
    (store.path / "driver.lock").touch()
    store.workspace.mkdir()
    store.evidence.mkdir()
    (store.evidence / ".run.json.0123abcd.tmp").touch()
    assert resuming.cut_off(results, words) is None
    results.new_run("night").begin(RECORD)
    assert results.has("night")


@pytest.mark.parametrize("name", ["notes.txt", "evidence/000000"])
def test_what_is_no_such_left_over_keeps_its_name(tmp_path: Path, name: str) -> None:
    (tmp_path / "night" / name).mkdir(parents=True)
    with pytest.raises(HarnessError, match="already"):
        ResultsDirectory(tmp_path).new_run("night")


def test_who_is_refused_a_run_that_begins_leaves_it_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    store = ResultsDirectory(tmp_path).new_run("night")
    with driving(store.path):
        words = ["soak", "--run", "night", "--iterations", "1", "--results", str(tmp_path)]
        assert main(words) == 64
        assert "is being driven already" in capsys.readouterr().err
        assert store.path.is_dir()


def test_reports_that_told_of_an_end_go_before_the_end_mark(tmp_path: Path) -> None:
    """They say PASS perhaps, and a driver that takes up much evidence may die meanwhile."""
    store = _begun(tmp_path, "--hours", "8")
    store.end({"ending": "ended by SIGTERM", "ended": 1.0, "iterations": 0})
    told = {"report.txt": "PASS", "summary.json": "{}", "junit/run.xml": "<x/>"}
    store.publish({**told, "junit/000000.xml": "<x/>"})
    resuming.resumed(store, store.run_record(), SystemClock())
    left = [path.name for path in store.derived.rglob("*") if path.is_file()]
    assert left == ["000000.xml"]


def test_a_run_whose_folder_was_removed_ends_in_one_clear_line(tmp_path: Path) -> None:
    store = _begun(tmp_path)
    with (
        pytest.raises(HarnessError, match="was removed while the run went on") as caught,
        resuming.room_to_go_on(store),
    ):
        shutil.rmtree(store.path)
        (store.path / "workspace" / "stderr.txt").open("wb")
    assert caught.value.exit_code == EXIT_UNKNOWN


def test_a_file_that_is_not_there_is_no_removed_run(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError), resuming.room_to_go_on(_begun(tmp_path)):
        (tmp_path / "nothing").open("rb")
