"""Hosts are only read, their keys are checked, nobody is asked, and no shell sees a name."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import harness
from harness.adapters import libvirt_probe
from harness.adapters.hypervisor import PROBE
from harness.cli.app import main
from harness.core import host_command
from harness.core.errors import EXIT_USAGE
from harness.core.libvirt_uri import checked
from harness.core.redaction import NOTHING
from harness.lab.environment import host_probe
from harness.lab.layout import Layout

ROOT = Path(harness.__file__).parent
SHELLS = {"os.system", "os.popen", "subprocess.getoutput", "subprocess.getstatusoutput"}
DATABASE = "mysql+pymysql://u@h/nova"
EXAMPLE = "mysql+pymysql://USER@HOST/nova_cell1?read_default_file=FILE"
PLANTERS = ("selftest", "lab")
"""Rooms that change a cloud on purpose; the observer is all the rest."""


@pytest.mark.parametrize(
    "uri",
    [
        "qemu+ssh://nova@{host}/system?no_verify=1",
        "qemu+ssh://{host}/system?no_tty=1&no_verify=1",
        "qemu+tls://{host}/system?no_verify=yes",
        "qemu+libssh2://{host}/system?known_hosts_verify=ignore",
        "qemu+libssh://{host}/system?known_hosts_verify=auto",
    ],
)
def test_a_uri_that_checks_no_key_is_refused(
    uri: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(ValueError, match="known_hosts"):
        checked(uri)
    monkeypatch.setenv("HARNESS_LAB_DIR", str(tmp_path))
    assert main(["check", "--cloud", "mine", "--libvirt-uri", uri]) == EXIT_USAGE
    said = capsys.readouterr().err
    assert len(said.strip().splitlines()) == 1
    assert "known_hosts" in said


def test_a_password_in_a_uri_is_refused_and_not_told() -> None:
    with pytest.raises(ValueError, match="list of processes") as caught:
        checked("qemu+ssh://root:hunter2hunter2@{host}/system")
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(
    ("given", "used"),
    [
        ("", ""),
        ("qemu+ssh://nova@{host}/system", "qemu+ssh://nova@{host}/system?no_tty=1"),
        ("qemu+ssh://{host}/system?a=b", "qemu+ssh://{host}/system?a=b&no_tty=1"),
        ("qemu+ssh://{host}/system?no_tty=1", "qemu+ssh://{host}/system?no_tty=1"),
        ("qemu+ssh://{host}/system?no_verify=0&no_tty=1",) * 2,
        ("qemu+tls://{host}/system", "qemu+tls://{host}/system"),
        ("qemu+libssh2://{host}/system?known_hosts_verify=normal",) * 2,
    ],
)
def test_over_ssh_nobody_is_asked(given: str, used: str) -> None:
    assert checked(given) == used


def test_the_labs_own_uri_is_taken() -> None:
    uri = Layout(Path("/state")).libvirt_uri
    assert checked(uri) == uri


def test_the_labs_own_probe_is_taken() -> None:
    command = host_probe(Path("/state"))
    assert host_command.checked(command) == command
    assert host_command.words(command, "compute1")[2:4] == ["/state", "compute1"]


@pytest.mark.parametrize(
    "template",
    [
        "ssh -o StrictHostKeyChecking=no nova@{host} python3 -",
        "sshpass -p geheim-123 ssh nova@{host} python3 -",
        "ssh 'nova@{host}",
        "",
        " ",
    ],
)
def test_a_probe_that_is_not_safe_is_refused_in_a_line(
    template: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", "--cloud", "mine", "--host-probe", template]) == EXIT_USAGE
    said = capsys.readouterr().err
    assert "--host-probe or [host] probe: " in said
    assert "geheim" not in said
    assert "Traceback" not in said


@pytest.mark.parametrize(
    ("option", "conf", "words"),
    [
        (
            "mysql+pymysql://u:hunter2-canary@h/nova",
            "",
            "would show the password of this URL; put the URL into [nova_database] url",
        ),
        ("mysql+pymysql://u@h/nova?password=hunter2-canary", "", "the list of processes"),
        ("hunter2-canary", "", "--nova-database: it is no SQLAlchemy URL"),
        ("", "url = oracle://u:hunter2-canary@h/nova", "[nova_database] url: expected one of"),
        (
            "",
            f"url = {DATABASE}\nurl = hunter2-canary",
            f"[nova_database] url number 2: it is no SQLAlchemy URL; expected e.g. {EXAMPLE}",
        ),
        ("", f"url = {DATABASE}\nurl = {DATABASE}", "is named more than once"),
        ("sqlite:///a/nova", "", "expected one of mariadb, mysql, postgresql, e.g. mysql+"),
        ("", "url = postgresql+pg8000://u:hunter2-canary@h/n", "its driver is not installed"),
    ],
)
def test_a_database_that_is_not_safe_is_refused_in_a_line(
    option: str,
    conf: str,
    words: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / "clouds.yaml").write_text("clouds: {mine: {auth: {}}}")
    (tmp_path / "harness.conf").write_text(f"[nova_database]\n{conf}\n")
    monkeypatch.setenv("OS_CLIENT_CONFIG_FILE", str(tmp_path / "clouds.yaml"))
    monkeypatch.setenv("HARNESS_LAB_DIR", str(tmp_path))
    argv = ["check", "--cloud", "mine", "--config-file", str(tmp_path / "harness.conf")]
    more = ["--nova-database", option] if option else []
    assert main([*argv, *more]) == EXIT_USAGE
    said = capsys.readouterr()
    assert len(said.err.strip().splitlines()) == 1
    assert words in said.err
    assert "hunter2" not in said.err + said.out


def test_no_message_looks_as_if_it_held_a_secret() -> None:
    """What is shown goes through the redaction, which takes the word after "password:" for one."""
    eaten = [
        (path.name, text)
        for room in ("adapters", "cli", "core", "reports", "sources", "invariants", "diagnosis")
        for path in (ROOT / room).rglob("*.py")
        for text in _messages(path)
        if NOTHING.shown(text) != text
    ]
    assert eaten == []


def _messages(path: Path) -> Iterator[str]:
    """Yield the texts of a file but for its docstrings, with a word in each place of a value."""
    tree = ast.parse(path.read_text("utf-8"))
    said = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    parts = [node for node in ast.walk(tree) if isinstance(node, ast.JoinedStr)]
    said |= {id(part) for whole in parts for part in whole.values}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            yield "".join(
                str(part.value) if isinstance(part, ast.Constant) else "word"
                for part in node.values
            )
        elif (
            isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in said
        ):
            yield node.value


def test_the_uri_is_no_argument_of_a_process() -> None:
    assert "{host}" not in "".join(PROBE)


def _calls(path: Path) -> set[str]:
    """Return the dotted names that a file calls, with "shell=" for a call with a shell."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call):
            found.add(ast.unparse(node.func))
            found |= {"shell=" for word in node.keywords if word.arg == "shell"}
    return found


@pytest.mark.parametrize("path", sorted(ROOT.rglob("*.py")), ids=lambda p: str(p.relative_to(ROOT)))
def test_no_shell_and_no_writing_connection(path: Path) -> None:
    calls = _calls(path)
    assert not calls & (SHELLS | {"shell="})
    if path.relative_to(ROOT).parts[0] not in PLANTERS:
        assert not calls & {"libvirt.open", "libvirt.openAuth"}


def test_a_connection_is_opened_for_reading_only() -> None:
    assert "libvirt.openReadOnly" in _calls(Path(libvirt_probe.__file__))


def test_the_search_would_see_a_shell(tmp_path: Path) -> None:
    (tmp_path / "bad.py").write_text("subprocess.run('x', shell=True)\nos.system('x')\n")
    assert _calls(tmp_path / "bad.py") >= {"shell=", "os.system"}
