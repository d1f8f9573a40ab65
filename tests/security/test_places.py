"""What is written stays in its folder, for its owner alone; bad places are told in one line."""

import stat
from pathlib import Path

import pytest

from harness.adapters.confinement import check_name, within
from harness.adapters.results_directory import ResultsDirectory
from harness.adapters.store import RunStore
from harness.cli.app import main
from harness.core.errors import EXIT_USAGE, HarnessError
from tests.toys import RECORD

BAD = [
    "../../x",
    "/etc/x",
    "..",
    ".",
    "",
    "a/b",
    "a\0b",
    "a\nb",
    "x" * 300,
    "\u202ea",
    "-rf",
    "a b",
]


def begun(folder: Path) -> RunStore:
    store = ResultsDirectory(folder / "results").new_run("mine")
    store.begin(RECORD)
    return store


@pytest.mark.parametrize("name", BAD)
def test_a_name_that_could_lead_out_names_no_run(tmp_path: Path, name: str) -> None:
    with pytest.raises(HarnessError) as caught:
        ResultsDirectory(tmp_path / "results").new_run(name)
    assert "\n" not in str(caught.value)
    assert not (tmp_path / "results").exists()
    with pytest.raises(HarnessError, match="there is no run"):
        ResultsDirectory(tmp_path / "results").find(name)


@pytest.mark.parametrize("name", ["", "latest"])
@pytest.mark.parametrize("length", [["--iterations", "1"], ["--forever"]])
def test_no_run_is_begun_under_a_name_that_means_another(
    tmp_path: Path, name: str, length: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    begun(tmp_path)
    results = str(tmp_path / "results")
    words = ["soak", *length, "--run", name, "--results", results, "--cloud", "nowhere"]
    assert main(words) == EXIT_USAGE
    assert f"{name!r} cannot name a run" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["../../x", "/etc/x", "..", "x" * 300])
def test_a_bad_name_is_one_line_and_wrong_usage(
    tmp_path: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    results = ["--results", str(tmp_path)]
    soak = ["soak", "--iterations", "1", "--run", name, "--cloud", "nowhere"]
    assert main([*soak, *results]) == EXIT_USAGE
    for command in (["show", name], ["replay", name], ["explain", name, "abcd"]):
        assert main([*command, *results]) == EXIT_USAGE
    lines = capsys.readouterr().err.strip().splitlines()
    assert len(lines) == 4
    assert all(text.startswith("harness: error: ") for text in lines)
    assert list(tmp_path.iterdir()) == []


def test_a_run_that_is_a_link_out_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    outside = begun(tmp_path / "elsewhere").path
    results = tmp_path / "results"
    results.mkdir()
    (results / "mine").symlink_to(outside)
    given = ["--results", str(results)]
    assert main(["replay", "mine", *given]) == EXIT_USAGE
    assert main(["replay", "latest", *given]) == EXIT_USAGE
    said = capsys.readouterr().err
    assert "symbolic link out of" in said.splitlines()[0]
    assert not (outside / "derived").exists()
    assert main(["list", *given]) == 0
    assert "UNKNOWN" in capsys.readouterr().out
    assert main(["show", str(outside), *given]) == 0, "by its own place it can be read"


def test_reports_are_not_written_over_a_link(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    store = begun(tmp_path)
    precious = tmp_path / "precious"
    precious.mkdir()
    (precious / "file").write_text("mine")
    store.derived.symlink_to(precious)
    assert main(["replay", str(store.path)]) == EXIT_USAGE
    lines = capsys.readouterr().err.strip().splitlines()
    assert len(lines) == 1
    assert "symbolic link" in lines[0]
    assert [path.name for path in precious.iterdir()] == ["file"]


def test_a_report_that_is_a_link_is_replaced_and_not_followed(tmp_path: Path) -> None:
    store = begun(tmp_path)
    victim = tmp_path / "victim"
    victim.write_text("mine")
    store.derived.mkdir()
    (store.derived / "report.txt").symlink_to(victim)
    store.publish({"report.txt": "text"})
    assert victim.read_text() == "mine"
    assert (store.derived / "report.txt").read_text() == "text"


@pytest.mark.parametrize("name", ["../x", "/etc/x", "a/../../x", ""])
def test_a_path_that_leads_out_by_its_name(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="leads out"):
        within(tmp_path, tmp_path / name)


def test_a_good_name_is_taken() -> None:
    check_name("nightly-2026.11_23")


def test_a_run_is_for_its_owner_alone(tmp_path: Path) -> None:
    store = begun(tmp_path)
    assert stat.S_IMODE(store.path.stat().st_mode) == 0o700


def test_a_log_is_for_its_owner_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    log = tmp_path / "harness.log"
    main(["--log-file", str(log), "show", "none", "--results", str(tmp_path)])
    assert stat.S_IMODE(log.stat().st_mode) == 0o600
    link = tmp_path / "folder"
    link.mkdir()
    assert main(["--log-file", str(link), "list"]) == EXIT_USAGE
    assert "cannot be written" in capsys.readouterr().err
