import json
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from harness.core.errors import HarnessError
from harness.lab import environment
from harness.lab.environment import LabEnvironment


def example(state: Path) -> LabEnvironment:
    return LabEnvironment(
        state_dir=state,
        cloud="lab",
        clouds_yaml=state / "clouds.yaml",
        tempest_conf=state / "tempest" / "tempest.conf",
        libvirt_uri=f"qemu+unix:///system?socket={state}/hosts/{{host}}/run/libvirt-sock",
        hosts=("compute1", "compute2"),
        instances_paths={"compute1": "/one", "compute2": "/two"},
        database_urls={"nova_cell1": "mysql+pymysql://u:p@127.0.0.1:1/nova?charset=utf8mb4"},
        audit_interval=10,
        virt_type="kvm",
        fake_hosts=("fake1",),
    )


def test_what_is_stored_is_loaded_again_and_only_the_owner_can_read_it(tmp_path: Path) -> None:
    stored = example(tmp_path)
    environment.store(stored)
    environment.store(stored)
    assert environment.load(tmp_path) == stored
    assert (tmp_path / environment.FILE_NAME).stat().st_mode & 0o777 == 0o600


def test_a_file_of_an_older_version_gets_the_defaults_of_what_it_lacks(tmp_path: Path) -> None:
    environment.store(example(tmp_path))
    path = tmp_path / environment.FILE_NAME
    plain = json.loads(path.read_text())
    for name in ("reaper_interval", "power_sync_interval", "virt_type", "fake_hosts"):
        del plain[name]
    path.write_text(json.dumps({**plain, "of a newer version": True}))
    assert environment.load(tmp_path) == replace(example(tmp_path), virt_type="qemu", fake_hosts=())


def test_without_a_lab_the_line_says_how_to_get_one(tmp_path: Path) -> None:
    with pytest.raises(HarnessError, match=f"harness lab up --state-dir {tmp_path}"):
        environment.load(tmp_path)


@pytest.mark.parametrize("text", ["", "{", "{}", "[]", '{"state_dir": 1}'])
def test_a_broken_file_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / environment.FILE_NAME).write_text(text)
    with pytest.raises(HarnessError, match=environment.FILE_NAME):
        environment.load(tmp_path)


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({"HARNESS_LAB_DIR": "/a", "XDG_STATE_HOME": "/b", "HOME": "/c"}, "/a"),
        ({"HARNESS_LAB_DIR": "", "XDG_STATE_HOME": "/b", "HOME": "/c"}, "/b/harness/lab"),
        ({"HOME": "/c"}, "/c/.local/state/harness/lab"),
        ({}, "/root/.local/state/harness/lab"),
    ],
)
def test_the_default_state_directory(environ: dict[str, str], expected: str) -> None:
    assert environment.default_state_dir(environ) == Path(expected)


def test_a_shell_gets_back_every_value_as_it_was(tmp_path: Path) -> None:
    found = environment.variables(replace(example(tmp_path), cloud="it's $HOME"))
    script = "\n".join(environment.export_lines(found)) + "\nenv -0"
    shown = subprocess.run(["sh", "-c", script], capture_output=True, text=True, check=True)
    seen = dict(entry.split("=", 1) for entry in shown.stdout.split("\0") if entry)
    assert found.items() <= seen.items()
    assert seen["HARNESS_LAB_INSTANCES_COMPUTE2"] == "/two"
