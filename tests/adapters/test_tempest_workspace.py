"""The folder of the tests stays small, and private."""

from pathlib import Path

from oslo_config import cfg

from harness.adapters.tempest.workspace import Workspace


def made(tmp_path: Path) -> Workspace:
    space = Workspace(tmp_path / "50% $here")
    space.make(tmp_path / "tests")
    return space


def value(space: Workspace, group: str, name: str) -> str:
    """Read an option as tempest does."""
    conf = cfg.ConfigOpts()
    conf([], project="tempest", default_config_files=[str(space.conf)], default_config_dirs=[])
    conf.register_opt(cfg.StrOpt(name), None if group == "DEFAULT" else group)
    return str(conf[name] if group == "DEFAULT" else conf[group][name])


def test_our_options_win_and_none_is_lost(tmp_path: Path) -> None:
    original = tmp_path / "tempest.conf"
    original.write_text(
        "[oslo_concurrency]\nlock_path = /theirs\n[DEFAULT]\nlog_file = /theirs\nlog_dir=/a\n"
        "[oslo_concurrency]\nother = 1\n[auth]\nlast = one\n  two"
    )
    space = made(tmp_path)
    space.configure(original, "soak", 3)
    assert value(space, "oslo_concurrency", "lock_path") == str(space.locks)
    assert value(space, "oslo_concurrency", "other") == "1"
    assert value(space, "DEFAULT", "resource_name_prefix") == "soak"
    assert value(space, "DEFAULT", "log_file") == str(space.log(3))
    assert value(space, "DEFAULT", "log_dir") == ""
    assert value(space, "auth", "last") == "one\ntwo"


def test_a_configuration_that_was_left_behind_is_replaced(tmp_path: Path) -> None:
    original = tmp_path / "tempest.conf"
    original.write_text("[DEFAULT]\n")
    space = made(tmp_path)
    space.conf.touch(0o644)
    space.configure(original, "soak", 3)
    assert space.conf.stat().st_mode & 0o777 == 0o600


def test_an_old_log_and_old_runs_go(tmp_path: Path) -> None:
    space = made(tmp_path)
    space.repository.mkdir()
    for number in range(30):
        (space.repository / str(number)).touch()
        space.log(number).touch()
    for name in ("format", "next-stream", "failing", "tmpabc123"):
        (space.repository / name).touch()
    space.clear()
    assert sorted(path.name for path in space.logs.iterdir()) == [
        "tempest-000028.log",
        "tempest-000029.log",
    ]
    left = {path.name for path in space.repository.iterdir()}
    assert left == {*map(str, range(11, 30)), "format", "next-stream", "failing"}


def test_what_tests_left_goes(tmp_path: Path) -> None:
    space = made(tmp_path)
    taken = space.locks / "test_accounts" / "abc"
    taken.parent.mkdir()
    for leftover in (taken, space.scratch / "x", space.path / "resource_list.json"):
        leftover.touch()
    space.clear()
    assert not taken.exists()
    assert list(space.scratch.iterdir()) == []
    assert not (space.path / "resource_list.json").exists()


def test_a_log_begins_anew_while_it_is_written(tmp_path: Path) -> None:
    space = made(tmp_path)
    with space.log(1).open("a") as log:
        for _ in range(3):
            print("x" * 99, file=log, flush=True)
        space.bound_log(1, 300)
        assert space.log(1).stat().st_size == 300
        space.bound_log(1, 299)
        print("y", file=log, flush=True)
    assert space.log(1).read_text() == "y\n"
    space.bound_log(2, 0)


def test_an_interpreter_with_a_blank_in_its_path_gets_a_script(tmp_path: Path) -> None:
    space = made(tmp_path)
    assert space.interpreter(Path("/usr/bin/python3")) == "/usr/bin/python3"
    assert space.interpreter(Path("/a b/it's/python")) == "./python"
    said = (space.path / "python").read_text()
    assert said == """#!/bin/sh\nexec '/a b/it'"'"'s/python' "$@"\n"""
