"""The commands that tell of findings, on the stored evidence of a run with many leaks."""

import csv
import errno
import gzip
import io
import json
import os
import shutil
import unicodedata
from pathlib import Path

import pytest

from harness.adapters import store
from harness.cli import findings
from harness.cli.app import main
from harness.core.errors import EXIT_FAIL, EXIT_UNKNOWN, EXIT_USAGE
from harness.core.rules.reading import Patience
from harness.reports.advice import ADVICE
from harness.reports.findings_csv import COLUMNS
from tests.test_docs import INVARIANTS
from tests.test_replay import _live, _observe_real, _real_laws
from tests.toys import FakeClock


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A results directory with a run that leaks all the time, named "leaky"."""
    path = tmp_path_factory.mktemp("results")
    clock = FakeClock(time=1795464000.0)
    laws = _real_laws(Patience(1.5, 60.0), 600.0)
    observe = _observe_real(clock)
    changes = {"clock": clock, "observe": observe, "iterations": 2, "settle_limit": 180.0}
    _live(path / "leaky", laws, **changes)
    return path


def run(capsys: pytest.CaptureFixture[str], *argv: str) -> str:
    assert main(list(argv)) == 0
    return capsys.readouterr().out


def listed(capsys: pytest.CaptureFixture[str], results: Path, *more: str) -> list[dict[str, str]]:
    told = run(capsys, "findings", "leaky", "--results", str(results), "-f", "json", *more)
    found: list[dict[str, str]] = json.loads(told)
    return found


def test_rows_have_all_that_is_known(capsys: pytest.CaptureFixture[str], results: Path) -> None:
    found = listed(capsys, results)
    assert len(found) > 5
    assert set(found[0]) == set(COLUMNS)
    assert len({row["id"] for row in found}) == len(found)
    told = run(capsys, "findings", "leaky", "--results", str(results), "-f", "csv")
    assert [row["id"] for row in csv.DictReader(io.StringIO(told))] == [row["id"] for row in found]


def test_people_get_text(capsys: pytest.CaptureFixture[str], results: Path) -> None:
    found = listed(capsys, results)
    told = run(capsys, "findings", "leaky", "--results", str(results))
    for row in found:
        assert f"{row['id']}  {row['status']}  {row['rule']}: {row['subject']}" in told


def test_it_can_be_asked_for_less(capsys: pytest.CaptureFixture[str], results: Path) -> None:
    found = listed(capsys, results)
    rule = found[0]["rule"]
    assert listed(capsys, results, "--rule", rule) == [r for r in found if r["rule"] == rule]
    assert listed(capsys, results, "--open") == found
    assert listed(capsys, results, "--fails") == [r for r in found if r["fails"]]
    assert listed(capsys, results, "--origin", "foreign") == found
    assert listed(capsys, results, "--origin", "test-left") == []


def test_each_can_be_explained(capsys: pytest.CaptureFixture[str], results: Path) -> None:
    for row in listed(capsys, results):
        told = run(capsys, "explain", "leaky", row["id"], "--results", str(results))
        for words in (row["rule"], row["subject"], "FIRST SEEN IN", "REQUEST IDS", "LOGS"):
            assert words in told
        unseen = {c for c in told if unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp")}
        assert unseen <= {"\n"}


def test_what_cannot_be_read_any_more_is_said(
    capsys: pytest.CaptureFixture[str], results: Path, tmp_path: Path
) -> None:
    shutil.copytree(results / "leaky", tmp_path / "leaky")
    [name, *_] = [row["id"] for row in listed(capsys, tmp_path)]
    for path in (tmp_path / "leaky/evidence/000002").glob("capture-*"):
        path.unlink()
    told = run(capsys, "explain", "leaky", name[:5], "--results", str(tmp_path))
    assert "FIRST SEEN IN THE BASELINE" in told


@pytest.mark.parametrize("argv", [["findings", "leaky"], ["show", "leaky"], ["show", "leaky", "1"]])
def test_no_spreadsheet_takes_a_cell_for_a_formula(
    capsys: pytest.CaptureFixture[str], results: Path, tmp_path: Path, argv: list[str]
) -> None:
    shutil.copytree(results / "leaky", tmp_path / "leaky")
    for path in (tmp_path / "leaky/evidence").rglob("capture-*"):
        text = gzip.decompress(path.read_bytes()).replace(b'"aa"', b'"=cmd|x"')
        path.write_bytes(gzip.compress(text))
    (tmp_path / "leaky/ledger.sqlite").unlink(missing_ok=True)
    told = run(capsys, *argv, "--results", str(tmp_path), "-f", "csv")
    cells = [cell for row in csv.reader(io.StringIO(told)) for cell in row]
    assert "'=cmd|x" in cells
    assert not [cell for cell in cells if cell[:1] in ("=", "+", "-", "@")]


def test_options_may_stand_between_the_names(
    capsys: pytest.CaptureFixture[str], results: Path
) -> None:
    told = run(capsys, "show", "leaky", "2", "--results", str(results))
    assert run(capsys, "show", "leaky", "--results", str(results), "2") == told


def _without_room(*_anything: object) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "deltas.csv")


def test_a_replay_without_room_is_told_in_a_line(
    capsys: pytest.CaptureFixture[str],
    results: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shutil.copytree(results / "leaky", tmp_path / "leaky")
    monkeypatch.setattr(store, "write_atomically", _without_room)
    (tmp_path / "leaky/derived/report.txt").unlink()
    assert main(["replay", "leaky", "--results", str(tmp_path)]) == EXIT_USAGE
    [told] = capsys.readouterr().err.splitlines()
    assert "cannot be written: No space left" in told and "defect" not in told


def test_a_replay_whose_ledger_cannot_be_written_has_its_verdict_all_the_same(
    capsys: pytest.CaptureFixture[str], results: Path, tmp_path: Path
) -> None:
    shutil.copytree(results / "leaky", tmp_path / "leaky")
    (tmp_path / "leaky/ledger.sqlite").unlink(missing_ok=True)
    (tmp_path / "leaky/ledger.sqlite").mkdir()
    assert main(["replay", "leaky", "--results", str(tmp_path)]) == EXIT_FAIL
    said = capsys.readouterr()
    assert said.out.startswith("FAIL") and "ledger" in said.err


def test_a_disk_that_is_full_is_no_defect(
    capsys: pytest.CaptureFixture[str], results: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(findings, "findings_of", _without_room)
    assert main(["findings", "leaky", "--results", str(results)]) == EXIT_UNKNOWN
    [told] = capsys.readouterr().err.splitlines()
    assert "deltas.csv cannot be written: No space left" in told and "defect" not in told


@pytest.mark.parametrize("started", ["NaN", "1e300", "-1e300", "1" * 30])
def test_a_run_of_no_date_does_not_hide_the_others(
    capsys: pytest.CaptureFixture[str], results: Path, tmp_path: Path, started: str
) -> None:
    for name in ("leaky", "odd"):
        shutil.copytree(results / "leaky", tmp_path / name)
    path = tmp_path / "odd/evidence/run.json"
    record = json.loads(path.read_text())
    path.write_text(
        json.dumps({**record, "started": 0}).replace('"started": 0', f'"started": {started}')
    )
    told = json.loads(run(capsys, "list", "--results", str(tmp_path), "-f", "json"))
    assert [(row["run"], bool(row["started"])) for row in told] == [("leaky", True), ("odd", False)]


@pytest.mark.parametrize("content", [b"[" * 200_000, gzip.compress(b"[" * 200_000)])
@pytest.mark.parametrize(
    "name", ["run.json", "end.json", "000001/iteration.json", "000001/capture-001.json.gz"]
)
def test_evidence_that_is_nested_too_deep_is_torn(
    capsys: pytest.CaptureFixture[str], results: Path, tmp_path: Path, name: str, content: bytes
) -> None:
    shutil.copytree(results / "leaky", tmp_path / "leaky")
    (tmp_path / "leaky/evidence" / name).write_bytes(content)
    expected = EXIT_USAGE if name == "run.json" else EXIT_FAIL  # the other iterations tell
    assert main(["replay", "leaky", "--results", str(tmp_path)]) == expected
    assert "defect" not in capsys.readouterr().err


@pytest.mark.parametrize(
    ("argv", "words"),
    [
        (["explain", "leaky", "ffff0000"], "no finding 'ffff0000'"),
        (["explain", "leaky", "f"], "no finding 'f'"),
        (["explain", "nix", "ffff0000"], "no run 'nix'"),
        (["findings", "nix"], "no run 'nix'"),
        (["findings", "leaky", "--rule", "nix"], "no rule 'nix'"),
        (["findings", "leaky", "--origin", "nix"], "nix"),
    ],
)
def test_wrong_usage_is_one_line(
    capsys: pytest.CaptureFixture[str], results: Path, argv: list[str], words: str
) -> None:
    assert main([*argv, "--results", str(results)]) == EXIT_USAGE
    told = capsys.readouterr().err.strip().splitlines()
    assert len(told) == 1 and words in told[0]


def test_there_is_advice_for_rules_only() -> None:
    assert set(ADVICE) <= set(INVARIANTS)
