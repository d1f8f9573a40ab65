import re
from importlib import resources
from pathlib import Path

import pytest

from harness.core.errors import HarnessError
from harness.lab import openstack_venv, packages


def test_a_list_is_names_without_comments_and_blank_lines() -> None:
    assert packages.names("# all\n\none\ntwo  # why\n   three\n") == ["one", "two", "three"]


def test_the_list_holds_what_libvirt_python_is_built_with() -> None:
    assert {"libvirt-dev", "pkg-config", "gcc", "python3-dev", "python3-venv"} <= set(
        packages.wanted()
    )


def test_every_constraint_is_a_full_pin_and_every_requirement_is_pinned() -> None:
    lab = resources.files("harness.lab")
    pins = packages.names((lab / "constraints.txt").read_text())
    assert all(re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9.+!-]+", pin) for pin in pins)
    pinned = {pin.split("==")[0].lower() for pin in pins}
    wanted = packages.names((lab / "requirements.txt").read_text())
    assert {name.lower() for name in wanted} <= pinned


def test_an_environment_made_from_other_pins_or_another_python_is_another() -> None:
    first = openstack_venv.fingerprint("nova", "nova==1", "3.11")
    assert first == openstack_venv.fingerprint("nova", "nova==1", "3.11")
    assert first != openstack_venv.fingerprint("nova", "nova==2", "3.11")
    assert first != openstack_venv.fingerprint("nova", "nova==1", "3.12")


@pytest.fixture
def bare_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine on which dpkg knows gcc only, and a user who is not root."""
    query = tmp_path / "dpkg-query"
    query.write_text("#!/bin/sh\necho gcc installed\necho qemu-utils not-installed\nexit 1\n")
    query.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    monkeypatch.setattr("os.geteuid", lambda: 1000)


@pytest.mark.usefixtures("bare_machine")
def test_a_package_that_was_removed_is_missing() -> None:
    assert packages.missing(["gcc", "qemu-utils", "memcached"]) == ["qemu-utils", "memcached"]


@pytest.mark.usefixtures("bare_machine")
def test_who_is_not_root_gets_the_one_line_to_run(tmp_path: Path) -> None:
    with pytest.raises(HarnessError, match=r"run: sudo apt-get install -y .*libvirt-daemon") as one:
        packages.ensure(tmp_path / "apt.log", lambda text: None)
    assert "\n" not in str(one.value)
    assert " gcc" not in str(one.value)
