"""The script that a host runs: old Pythons take it, it changes nothing, and a part is no view."""

import ast
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import harness.sources
from harness.adapters.host_probe import looking, script, source
from harness.core.catalog import declared
from harness.core.source import ProbeSource

SERVER = "7a1d3c1e-1f1b-4bb1-9a53-8f1a3a3c2b01"
OTHER = "7a1d3c1e-1f1b-4bb1-9a53-8f1a3a3c2b02"
SOURCES: dict[str, ProbeSource] = declared(harness.sources, ProbeSource, "harness.sources")
FILES = ("cached_images", "guest_files", "instance_directories", "instance_disks")
needs_qemu_img = pytest.mark.skipif(shutil.which("qemu-img") is None, reason="needs qemu-img")


def _image(path: Path, size: str, *more: object) -> None:
    command = ["qemu-img", "create", "-q", "-f", "qcow2", *map(str, more), str(path), size]
    subprocess.run(command, check=True, timeout=60)


@pytest.fixture
def host(tmp_path: Path) -> dict[str, str]:
    """Return the folders of a host with two instances, a cache, and a guest's files."""
    instances, libvirt = tmp_path / "instances", tmp_path / "libvirt"
    for name in (SERVER, f"{SERVER}_resize", f"{OTHER}_del", "_base", "locks", "snapshots/tmpx"):
        (instances / name).mkdir(parents=True)
    for name in ("console.log", "disk.info", "disk.config"):
        (instances / SERVER / name).write_bytes(b"x" * 4096)
    (instances / "compute_nodes").write_text("{}")
    (instances / "snapshots" / "tmpx" / "disk").write_text("being taken")
    for name in ("qemu/nvram", "qemu/save", f"swtpm/{SERVER}"):
        (libvirt / name).mkdir(parents=True)
    (libvirt / "qemu/nvram/instance-1_VARS.fd").write_bytes(b"x" * 4096)
    return {"instances": str(instances), "libvirt": str(libvirt)}


def _look(
    folders: dict[str, str],
    *views: str,
    seconds: float = 60.0,
    most: int = 100,
    python: str = sys.executable,
) -> Any:
    text = script(folders, views or FILES, seconds, most)
    done = subprocess.run(
        [python, "-I", "-"], input=text, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.stderr == ""
    return json.loads(done.stdout)


def _rows(said: Any, name: str) -> list[Any]:
    return list(SOURCES[name].parse("compute1", said["bodies"][name]))


def test_there_is_a_view_for_every_source() -> None:
    assert set(looking.VIEWS) == set(SOURCES)


def test_the_script_is_of_the_standard_library_and_an_old_python_takes_it() -> None:
    tree = ast.parse(source(), feature_version=(3, 6))
    names = [node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    names += [a.name for n in ast.walk(tree) if isinstance(n, ast.Import) for a in n.names]
    assert {name.split(".")[0] for name in names} <= sys.stdlib_module_names


def _oldest() -> Iterator[str]:
    """Yield the old Pythons that are installed here."""
    for version in ("3.6", "3.8"):
        places = sorted(Path.home().glob(f".pyenv/versions/{version}.*/bin/python"))
        yield from map(str, places[:1])


def test_the_oldest_pythons_that_are_here_run_it(host: dict[str, str]) -> None:
    for python in _oldest():
        said = _look(host, *looking.VIEWS, python=python, most=1000)
        assert (said["errors"], set(said["bodies"])) == ({}, set(looking.VIEWS))


def test_a_host_is_told(host: dict[str, str]) -> None:
    said = _look(host, *looking.VIEWS, most=1000)
    assert said["errors"] == {}
    rows = {name: _rows(said, name) for name in SOURCES}
    assert {(row.name, row.kind) for row in rows["instance_directories"]} == {
        (SERVER, ""),
        (f"{SERVER}_resize", "resize"),
        (f"{OTHER}_del", "delete"),
    }
    assert [row.bytes for row in rows["instance_directories"] if row.name == SERVER] == [3 * 4096]
    assert [(row.place, row.format, row.virtual) for row in rows["instance_disks"]] == [
        (f"{SERVER}/disk.config", "raw", 4096)
    ]
    assert {(row.kind, row.guest) for row in rows["guest_files"]} == {
        ("nvram", "instance-1"),
        ("tpm", SERVER),
    }
    (resources,) = rows["host_resources"]
    assert 0 < resources.memory_available_mb <= resources.memory_mb
    assert 0 < resources.disk_free <= resources.disk_size
    assert "lo" in {row.name for row in rows["host_interfaces"]}


@needs_qemu_img
def test_disks_are_told_as_qemu_img_tells_them(host: dict[str, str]) -> None:
    instances = Path(host["instances"])
    there, lost = instances / "_base" / "8ec5", instances / "_base" / "gone"
    for image in (there, lost):
        _image(image, "1M")
        _image(instances / SERVER / f"disk.{image.name}", "20M", "-F", "qcow2", "-b", image)
    lost.unlink()
    _image(instances / f"{OTHER}.qcow2", "3M")
    disks = {row.place: row for row in _rows(_look(host), "instance_disks")}
    whole, broken = disks[f"{SERVER}/disk.8ec5"], disks[f"{SERVER}/disk.gone"]
    assert (whole.format, whole.virtual, whole.backing) == ("qcow2", 20 * 2**20, str(there))
    assert (whole.backing_there, broken.backing_there) == (True, False)
    assert 0 < whole.allocated < 2**20
    assert disks[f"{OTHER}.qcow2"].virtual == 3 * 2**20
    assert [row.name for row in _rows(_look(host), "cached_images")] == ["8ec5"]


@needs_qemu_img
def test_a_disk_that_is_broken_is_told_by_name(host: dict[str, str]) -> None:
    (Path(host["instances"]) / SERVER / "disk").write_bytes(b"QFI\xfb" + b"\xff" * 600)
    (disk,) = [row for row in _rows(_look(host), "instance_disks") if row.name == "disk"]
    assert "qemu-img failed" in disk.unread


def test_a_raw_disk_is_not_taken_for_what_its_guest_wrote(host: dict[str, str]) -> None:
    (Path(host["instances"]) / SERVER / "disk").write_bytes(b"KDMV" + b"\0" * 4092)
    (disk,) = [row for row in _rows(_look(host), "instance_disks") if row.name == "disk"]
    assert (disk.format, disk.virtual, disk.backing) == ("raw", 4096, "")


def test_a_link_and_a_pipe_are_not_opened(host: dict[str, str]) -> None:
    folder = Path(host["instances"]) / SERVER
    os.mkfifo(folder / "disk")
    (folder / "disk.local").symlink_to("/etc/passwd")
    assert [row.name for row in _rows(_look(host), "instance_disks")] == ["disk.config"]


@pytest.mark.parametrize("missing", ["instances", "libvirt"])
def test_a_folder_that_is_not_there_is_not_an_empty_one(host: dict[str, str], missing: str) -> None:
    said = _look({**host, missing: "/no/such/folder"})
    of = {"instances": {*FILES} - {"guest_files"}, "libvirt": {"guest_files"}}[missing]
    assert set(said["errors"]) == of
    assert all("/no/such/folder" in error for error in said["errors"].values())
    assert set(said["bodies"]) == {*FILES} - of


def test_what_a_host_may_do_without_is_empty(host: dict[str, str]) -> None:
    shutil.rmtree(Path(host["instances"]) / "_base")
    shutil.rmtree(Path(host["libvirt"]) / "qemu")
    said = _look(host)
    assert (said["errors"], said["bodies"]["cached_images"]) == ({}, {"images": []})


def test_too_many_things_are_an_error_and_no_part(host: dict[str, str]) -> None:
    said = _look(host, most=3)
    assert "more than 3 things: raise [host] most" in said["errors"]["instance_directories"]
    assert "instance_directories" not in said["bodies"]


def test_a_time_that_is_up_is_an_error_and_no_part(host: dict[str, str]) -> None:
    said = _look(host, seconds=0.0)
    assert set(said["errors"]) == set(FILES)
    assert all("not done within 0 s" in error for error in said["errors"].values())


def test_a_process_of_qemu_is_told(host: dict[str, str]) -> None:
    """It is known by how it was started: nothing of it need be QEMU's."""
    name = "guest=instance-0000001a,debug-threads=on"
    sleeping = "import time; print('up', flush=True); time.sleep(300)"
    command = ["qemu-system-x86_64", "-c", sleeping, "-name", name, "-uuid", SERVER]
    process = subprocess.Popen(command, executable=sys.executable, stdout=subprocess.PIPE)
    try:
        assert process.stdout
        process.stdout.readline()
        rows = _rows(_look(host, "qemu_processes"), "qemu_processes")
        (row,) = [row for row in rows if row.pid == process.pid]
        assert (row.uuid, row.name) == (SERVER, "instance-0000001a")
        assert row.started > 0
    finally:
        process.kill()
        process.communicate()


def test_nothing_is_changed(host: dict[str, str], tmp_path: Path) -> None:
    def seen() -> list[tuple[str, int, int]]:
        found = sorted(tmp_path.rglob("*"))
        return [(str(p), p.lstat().st_mtime_ns, p.lstat().st_size) for p in found]

    before = seen()
    _look(host, *looking.VIEWS, most=1000)
    assert seen() == before
