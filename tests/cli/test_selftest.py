"""``harness selftest`` before it reaches a cloud: what it lists, and what it refuses."""

from pathlib import Path

import pytest

from harness.cli.app import main
from harness.core.errors import EXIT_USAGE

CLOUDS = """
clouds:
  production:
    auth: {auth_url: "http://127.0.0.1:1/v3", username: u, password: p, project_name: p}
"""


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a clouds.yaml and without a lab."""
    for name in ("OS_CLOUD", "XDG_CONFIG_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("OS_CLIENT_CONFIG_FILE", str(tmp_path / "clouds.yaml"))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("HARNESS_LAB_DIR", str(tmp_path / "no-lab"))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "clouds.yaml").write_text(CLOUDS)
    return tmp_path


def test_the_list_names_kinds_with_their_story_and_rules(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["selftest", "--list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) >= 30
    story = "A server is ACTIVE, and its domain is gone."
    assert f"ghost_server: {story} (server_has_domain)" in lines


def test_results_that_could_not_be_kept_stop_it_before_anything_is_planted(
    capsys: pytest.CaptureFixture[str], place: Path
) -> None:
    argv = ["--cloud", "production", "--i-know-this-plants-leaks", "--output", "clouds.yaml/x"]
    assert main(["selftest", *argv]) == EXIT_USAGE
    assert "--output" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("argv", "words"),
    [
        (["--kind", "no_such_kind"], "there is no kind 'no_such_kind'"),
        (["--keep"], "name it with --kind"),
        (["--keep", "--kind", "ghost_server", "--kind", "foreign_domain"], "name it with --kind"),
        (["--cloud", "production"], "--i-know-this-plants-leaks"),
        (["--cloud", "production", "--clean"], "--i-know-this-plants-leaks"),
    ],
)
def test_what_is_not_meant_is_refused(
    capsys: pytest.CaptureFixture[str], argv: list[str], words: str, place: Path
) -> None:
    assert main(["selftest", *argv]) == EXIT_USAGE
    (line,) = capsys.readouterr().err.strip().splitlines()
    assert words in line
    assert [path.name for path in place.iterdir()] == ["clouds.yaml"]
