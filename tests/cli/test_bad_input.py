"""Bad input gets one clear line, a code of its own, and nothing lost."""

import os
import socket
from itertools import pairwise
from pathlib import Path

import pytest

from harness.adapters.waiver_file import read_waivers
from harness.cli.app import main
from harness.core.errors import EXIT_UNKNOWN, EXIT_USAGE

CLOUDS = """
clouds:
  mine:
    auth:
      auth_url: http://127.0.0.1:{port}/v3
      username: admin
      password: hunter2-canary
      project_name: admin
      user_domain_id: default
      project_domain_id: default
"""


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder where nothing is configured: no clouds.yaml, no lab, no harness.conf."""
    for name in ("OS_CLOUD", "OS_CLIENT_CONFIG_FILE", "XDG_CONFIG_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("HARNESS_LAB_DIR", str(tmp_path / "no-lab"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def closed_port() -> int:
    """A port of loopback where nothing listens."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def clouds(place: Path, text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    (place / "clouds.yaml").write_text(text)
    monkeypatch.setenv("OS_CLIENT_CONFIG_FILE", str(place / "clouds.yaml"))


def one_line(capsys: pytest.CaptureFixture[str], *words: str) -> None:
    said = capsys.readouterr()
    lines = said.err.strip().splitlines()
    assert len(lines) == 1, said
    assert "Traceback" not in said.err
    assert "hunter2" not in said.err + said.out
    for word in words:
        assert word in lines[0]


@pytest.mark.parametrize(
    ("argv", "words"),
    [
        (["soak"], ["--hours", "--iterations", "--forever"]),
        (["soak", "--iterations", "0"], ["--iterations 0", "1 or more"]),
        (["soak", "--iterations", "many"], ["--iterations", "many"]),
        (["soak", "--hours", "-3"], ["--hours -3"]),
        (["soak", "--hours", "nan"], ["--hours nan"]),
        (["soak", "--hours", "1", "--concurrency", "-1"], ["--concurrency -1"]),
        (["soak", "--hours", "1", "--iteration-timeout", "0"], ["--iteration-timeout 0"]),
        (["soak", "--hours", "1", "--fail-fast-on", "MOON"], ["MOON", "LEAK", "TEST"]),
        (["soak", "--hours", "1", "--run", "../x"], ["../x", "cannot name a run"]),
        (["soak", "--frob"], ["unrecognized arguments: --frob"]),
        (["frob"], ["there is no command 'frob'"]),
        (["--frob", "list"], ["--frob"]),
        (["check", "--settle-limit", "nan"], ["--settle-limit nan"]),
        (["check", "--settle-limit", "inf"], ["--settle-limit inf"]),
        (["selftest", "--settle-limit", "-1"], ["--settle-limit -1"]),
        (["check", "--cloud", "nix"], ["no cloud 'nix'", "OS_CLIENT_CONFIG_FILE"]),
        (["check"], ["harness lab up"]),
        (["check", "--config-file", "gone.conf"], ["gone.conf", "not there"]),
        (["replay", "nix"], ["no run 'nix'", "harness list"]),
        (["show", "nix"], ["no run 'nix'", "harness list"]),
        (["show", "nix", "two"], ["two"]),
        (["list", "-c", "frob"], ["frob"]),
        (["list", "--results", "nix"], ["nix", "--results"]),
        (["--log-file", "nix/log", "list"], ["--log-file nix/log"]),
    ],
)
def test_wrong_usage(
    place: Path, capsys: pytest.CaptureFixture[str], argv: list[str], words: list[str]
) -> None:
    assert main(argv) == EXIT_USAGE
    one_line(capsys, *words)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[settle]\nlimit = soon\n", ["limit", "soon"]),
        ("[settle]\nlimit = nan\n", ["[settle] limit", "nan"]),
        ("[settle]\nlimt = 5\n", ["[settle] limt", "no option"]),
        ("[setle]\nlimit = 5\n", ["[setle] limit", "no option"]),
        ("limit 5\n", ["harness.conf"]),
        ("[cloud]\nrequest_timeout = -1\n", ["request_timeout"]),
    ],
)
def test_a_malformed_configuration_file(
    place: Path, capsys: pytest.CaptureFixture[str], text: str, words: list[str]
) -> None:
    (place / "harness.conf").write_text(text)
    assert main(["list", "--config-file", "harness.conf"]) == EXIT_USAGE
    one_line(capsys, "harness.conf", *words)


@pytest.mark.parametrize("text", ["clouds: [", "- just\n- a list\n", "clouds: 3\n", "\x00\x01"])
def test_a_malformed_clouds_yaml(
    place: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    text: str,
) -> None:
    clouds(place, text, monkeypatch)
    assert main(["check", "--cloud", "mine"]) == EXIT_USAGE
    one_line(capsys, "clouds.yaml")


WAIVER = "{rule: domain_has_server, subject: x, reason: known, bug: 4711, until: 2030-01-01}"

NAMES = "abcdefghi"
BOMB = ", ".join(["&a [x]", *(f"&{b} [{', '.join([f'*{a}'] * 9)}]" for a, b in pairwise(NAMES))])


@pytest.mark.parametrize("command", [["check"], ["soak", "--iterations", "1"]])
@pytest.mark.parametrize(
    ("text", "words"),
    [
        (None, ["not", "No such file"]),
        ("waivers: [", ["waivers.yaml"]),
        ("\x00", ["waivers.yaml"]),
        ("- a list\n", ["expected a mapping with 'waivers'"]),
        ("waivers: 3\n", ["expected a list of waivers, found str"]),
        ("waivers: [{rule: x}]\n", ["waiver 1", "'subject' is missing"]),
        (f"waivers: [{WAIVER}]\nmore: 1\n", ["and nothing else"]),
        (f"waivers: [{WAIVER.replace('2030-01-01', 'never')}]\n", ["waiver 1", "'never'"]),
        (f"waivers: [{WAIVER.replace('domain_has', 'no')}]\n", ["waiver 1", "no rule of harness"]),
        (f"waivers: [{WAIVER}]\nwaivers: []\n", ["'waivers' is there twice"]),
        (f"waivers: [{WAIVER.replace('reason', 'until: 2040-01-01, reason')}]\n", ["twice"]),
        (f"waivers: [{WAIVER.replace('-01-01', '-02-30')}]\n", ["waiver 1", "'2030-02-30'"]),
        (f"waivers: [{WAIVER.replace('2030-01-01', '2030-W01-1')}]\n", ["'2030-W01-1'"]),
        (f"waivers: [{WAIVER.replace('x,', '*x,')}]\n", ["in quotes"]),
        ("waivers: &a [*a]\n", ["references are not read"]),
        (f"waivers: [{BOMB}]\n", ["references are not read"]),
        ("waivers: " + "[" * 3000, ["nested too deep"]),
        ("waivers: []\n" + "# long\n" * 200_000, ["more than 1,000,000 bytes"]),
        ("waivers: !!python/object/apply:os.getcwd []\n", ["os.getcwd"]),
        ("waivers:\n\t- rule: x\n", ["'\\t'"]),
    ],
)
def test_a_malformed_file_of_waivers(
    place: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    closed_port: int,
    command: list[str],
    text: str | None,
    words: list[str],
) -> None:
    clouds(place, CLOUDS.format(port=closed_port), monkeypatch)
    (place / "tempest.conf").write_text("[auth]\nadmin_password = hunter2-canary\n")
    if text is not None:
        (place / "waivers.yaml").write_text(text)
    given = ["--tempest-conf", "tempest.conf"] if command[0] == "soak" else []
    argv = [*command, *given, "--cloud", "mine", "--waivers", "waivers.yaml"]
    assert main(argv) == EXIT_USAGE
    one_line(capsys, "waivers.yaml", *words[1:] if text is None else words)


def test_a_file_of_waivers_that_never_ends(
    place: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    closed_port: int,
) -> None:
    clouds(place, CLOUDS.format(port=closed_port), monkeypatch)
    os.mkfifo(place / "waivers.yaml")
    assert main(["check", "--cloud", "mine", "--waivers", "waivers.yaml"]) == EXIT_USAGE
    one_line(capsys, "waivers.yaml", "no file")


@pytest.mark.parametrize("bug", ["0123", "4711", "1e3", "12:30:45", "1.5", "yes", "1" * 5000])
def test_a_value_of_a_waiver_is_text_as_it_is_written(tmp_path: Path, bug: str) -> None:
    (tmp_path / "waivers.yaml").write_text(f"waivers: [{WAIVER.replace('4711', bug)}]\n")
    [waiver] = read_waivers(tmp_path / "waivers.yaml")
    assert (waiver.bug, waiver.until) == (bug, "2030-01-01")


def test_a_good_file_of_waivers_is_no_error(
    place: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    closed_port: int,
) -> None:
    clouds(place, CLOUDS.format(port=closed_port), monkeypatch)
    (place / "waivers.yaml").write_text(f"waivers: [{WAIVER}]\n")
    assert main(["check", "--cloud", "mine", "--waivers", "waivers.yaml"]) == EXIT_UNKNOWN
    one_line(capsys, "does not answer")


def test_a_clouds_yaml_that_is_not_there(
    place: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OS_CLIENT_CONFIG_FILE", str(place / "gone.yaml"))
    assert main(["check", "--cloud", "mine"]) == EXIT_USAGE
    one_line(capsys, "gone.yaml", "not there")


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ("{auth: hunter2-canary}", ["'auth' must be a mapping", "found str"]),
        ("{auth: [hunter2-canary]}", ["'auth' must be a mapping", "found list"]),
        ("{auth: }", ["'auth' must be a mapping", "found NoneType"]),
        ("hunter2-canary", ["its settings must be a mapping", "found str"]),
    ],
)
def test_settings_of_a_cloud_that_are_no_mapping(
    place: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    settings: str,
    words: list[str],
) -> None:
    clouds(place, f"clouds:\n  mine: {settings}\n", monkeypatch)
    assert main(["check", "--cloud", "mine"]) == EXIT_USAGE
    one_line(capsys, "'mine'", "clouds.yaml", *words)


def test_a_cloud_without_credentials(
    place: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    clouds(place, "clouds:\n  mine:\n    auth:\n      username: admin\n", monkeypatch)
    assert main(["check", "--cloud", "mine"]) == EXIT_USAGE
    one_line(capsys, "'mine'", "clouds.yaml")


@pytest.mark.parametrize("command", [["check"], ["soak", "--iterations", "1"]])
def test_a_cloud_that_is_down(
    place: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    closed_port: int,
    command: list[str],
) -> None:
    clouds(place, CLOUDS.format(port=closed_port), monkeypatch)
    (place / "tempest.conf").write_text("[auth]\nadmin_password = hunter2-canary\n")
    given = ["--tempest-conf", "tempest.conf"] if command[0] == "soak" else []
    assert main([*command, *given, "--cloud", "mine"]) == EXIT_UNKNOWN
    one_line(capsys, "'mine' does not answer")
    assert not list(place.glob("results/*")), "a run that could not begin leaves no folder"


def test_a_missing_tempest_conf(
    place: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    closed_port: int,
) -> None:
    clouds(place, CLOUDS.format(port=closed_port), monkeypatch)
    assert main(["soak", "--iterations", "1", "--cloud", "mine"]) == EXIT_USAGE
    one_line(capsys, "--tempest-conf")
    gone = ["soak", "--iterations", "1", "--cloud", "mine", "--tempest-conf", "gone.conf"]
    assert main(gone) == EXIT_USAGE
    one_line(capsys, "gone.conf", "not there")


def test_a_tempest_conf_with_which_no_test_could_log_in(
    place: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    closed_port: int,
) -> None:
    clouds(place, CLOUDS.format(port=closed_port), monkeypatch)
    (place / "tempest.conf").write_text("[auth]\nadmin_username = admin\n")
    given = ["--cloud", "mine", "--tempest-conf", "tempest.conf"]
    assert main(["soak", "--iterations", "1", *given]) == EXIT_USAGE
    one_line(capsys, "tempest.conf", "admin_password")


def test_a_name_that_is_taken(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (place / "results" / "mine" / "thesis").mkdir(parents=True)
    assert main(["soak", "--iterations", "1", "--run", "mine"]) == EXIT_USAGE
    one_line(capsys, "'mine'", "already", "--run")
    assert (place / "results" / "mine").is_dir()


@pytest.mark.parametrize("results", ["file", "file/results"])
def test_a_results_directory_that_cannot_be_written(
    place: Path, capsys: pytest.CaptureFixture[str], results: str
) -> None:
    (place / "file").write_text("")
    assert main(["soak", "--iterations", "1", "--results", results]) == EXIT_USAGE
    one_line(capsys, results, "cannot be written", "--results")


def test_harness_alone_shows_the_help(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == EXIT_USAGE
    assert "first steps" in capsys.readouterr().err


@pytest.mark.parametrize("argv", [["--help"], ["soak", "--help"], ["help", "soak"]])
def test_asking_for_help_is_no_error(
    place: Path, capsys: pytest.CaptureFixture[str], argv: list[str]
) -> None:
    assert main(argv) == 0
    assert "harness" in capsys.readouterr().out
