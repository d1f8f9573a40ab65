"""`harness list` says PASS only where the evidence that passed is there still."""

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from harness.adapters.store import RunStore
from harness.cli.app import main
from harness.reports.everything import render_run
from tests.test_replay import _live
from tests.toys import LAWS

WORDS = "missing or has changed since the report was made"


@pytest.fixture
def run(tmp_path: Path) -> RunStore:
    """A run that passed: a baseline and three iterations."""
    store, analysis = _live(tmp_path / "mine", LAWS, iterations=3)
    assert analysis.verdict == "PASS"
    return store


def row(capsys: pytest.CaptureFixture[str], run: RunStore) -> dict[str, str]:
    assert main(["list", "--results", str(run.path.parent), "-f", "json"]) == 0
    [found] = json.loads(capsys.readouterr().out)
    return dict(found)


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-5])


def of_older_harness(run: RunStore) -> None:
    """Make a run one that has no sizes, and that was over a minute ago."""
    (run.path / "sizes.json").unlink()
    for path in sorted(run.path.rglob("*"), reverse=True):
        then = path.stat().st_mtime - 60
        os.utime(path, (then, then))


LOSSES: dict[str, tuple[Callable[[Path], None], str]] = {
    "the last iteration": (lambda of: shutil.rmtree(of / "000003"), "of iteration 3"),
    "one in between": (lambda of: shutil.rmtree(of / "000001"), "of iteration 1"),
    "the baseline": (lambda of: shutil.rmtree(of / "000000"), "of the baseline"),
    "a stream": (lambda of: (of / "000002/tests.subunit.gz").unlink(), "of iteration 2"),
    "an end mark": (lambda of: (of / "000002/iteration.json").unlink(), "of iteration 2"),
    "part of a capture": (lambda of: cut(of / "000001/capture-001.json.gz"), "of iteration 1"),
    "two": (
        lambda of: [shutil.rmtree(of / name) for name in ("000000", "000002", "000003")],  # type: ignore[dict-item]
        "of the baseline and iterations 2-3",
    ),
}


@pytest.mark.parametrize("older", [False, True])
@pytest.mark.parametrize("loss", LOSSES)
def test_a_run_that_lost_evidence_is_unknown(
    run: RunStore, capsys: pytest.CaptureFixture[str], loss: str, older: bool
) -> None:
    if older:
        of_older_harness(run)
    lose, words = LOSSES[loss]
    lose(run.evidence)
    found = row(capsys, run)
    assert found["verdict"] == "UNKNOWN"
    assert found["gist"].startswith(f"UNKNOWN evidence {words} is {WORDS}")
    assert f"`harness replay {run.path}`" in found["gist"]


def test_a_run_that_failed_says_that_evidence_was_lost_too(
    run: RunStore, capsys: pytest.CaptureFixture[str]
) -> None:
    report = run.derived / "report.txt"
    report.write_text(report.read_text().replace("PASS  no leak", "FAIL  a leak", 1))
    assert WORDS not in row(capsys, run)["gist"]
    shutil.rmtree(run.evidence / "000002")
    found = row(capsys, run)
    assert found["verdict"] == "FAIL"
    assert found["gist"].startswith("FAIL a leak in 3 iterations; ")
    assert f"; evidence of iteration 2 is {WORDS}: `harness replay" in found["gist"]


@pytest.mark.parametrize("older", [False, True])
def test_a_run_that_lost_nothing_passes(
    run: RunStore, capsys: pytest.CaptureFixture[str], older: bool
) -> None:
    if older:
        of_older_harness(run)
    (run.evidence / "000001/.capture-002.json.gz.0123abcd.tmp").touch()
    if older:  # such a file makes its folder newer
        then = (run.derived / "report.txt").stat().st_mtime
        os.utime(run.evidence / "000001/.capture-002.json.gz.0123abcd.tmp", (then, then))
        os.utime(run.evidence / "000001", (then, then))
    found = row(capsys, run)
    assert found["verdict"] == "PASS"
    assert found["gist"].startswith("PASS no leak in 3 iterations")


def test_a_copy_passes_whatever_the_times_of_its_files(
    run: RunStore, capsys: pytest.CaptureFixture[str]
) -> None:
    for path in run.evidence.rglob("*"):
        os.utime(path, (4e9, 4e9))
    assert row(capsys, run)["verdict"] == "PASS"


@pytest.mark.parametrize("content", ["", "[", "[]", "{}", '{"000000": 3}', '{"000000": [1, "x"]}'])
def test_sizes_that_cannot_be_read_make_no_pass(
    run: RunStore, capsys: pytest.CaptureFixture[str], content: str
) -> None:
    (run.path / "sizes.json").write_text(content)
    shutil.rmtree(run.evidence / "000003")
    assert row(capsys, run)["verdict"] == "UNKNOWN"


def test_what_replay_wrote_is_of_what_there_is(
    run: RunStore, capsys: pytest.CaptureFixture[str]
) -> None:
    """The verdict of `replay` is told then, and no more that there was another."""
    shutil.rmtree(run.evidence / "000003")
    main(["replay", str(run.path)])
    capsys.readouterr()
    found = row(capsys, run)
    assert found["verdict"] == "UNKNOWN"
    assert WORDS not in found["gist"]
    assert run.changed() == []


def test_a_run_under_way_has_no_sizes(tmp_path: Path) -> None:
    """They would cost more with each iteration."""
    store, analysis = _live(tmp_path / "mine", LAWS, iterations=1)
    (store.path / "sizes.json").unlink()
    (store.evidence / "end.json").unlink()
    store.publish(render_run(analysis))
    assert not (store.path / "sizes.json").exists()


def test_the_gist_of_a_run_without_its_end_mark_is_no_pass(
    run: RunStore, capsys: pytest.CaptureFixture[str]
) -> None:
    (run.evidence / "end.json").unlink()
    found = row(capsys, run)
    assert found["verdict"] == "UNKNOWN"
    assert "PASS" not in found["gist"]
    assert found["gist"].startswith("UNKNOWN the run has no end mark")
    assert f"`harness soak --resume {run.path}`" in found["gist"]


def test_the_name_of_a_folder_is_hostile_text(
    run: RunStore, capsys: pytest.CaptureFixture[str]
) -> None:
    run.path.rename(run.path.with_name("esc\x1b[31mred\nsplit\x07"))
    assert main(["list", "--results", str(run.path.parent)]) == 0
    shown = capsys.readouterr().out
    assert not {"\x1b", "\x07"} & set(shown)
    assert len(shown.strip().splitlines()) == 5
    assert "escred split\\x07" in shown
    assert row(capsys, run)["run"] == "escred split\\x07"
