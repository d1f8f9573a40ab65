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
from harness.adapters.host_probe import folders, looking, reading, script, source
from harness.core.views.catalog import declared
from harness.core.views.source import ProbeSource

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


def _full(host: dict[str, str], name: str, number: int) -> Path:
    """Make a directory with so many disks, and return it."""
    place = Path(host["instances"]) / name
    place.mkdir(exist_ok=True)
    for each in range(number):
        (place / f"disk.{each:05}").write_bytes(b"x" * 4096)
    return place


def test_a_directory_of_too_many_things_hides_no_other(host: dict[str, str]) -> None:
    _full(host, OTHER, 40)
    _full(host, f"{OTHER}.later", 2)
    said = _look(host, most=20)
    assert said["errors"] == {}
    told = "it has more than 20 things: raise [host] most"
    rows = {row.name: row for row in _rows(said, "instance_directories")}
    assert {name: row.unread for name, row in rows.items() if row.unread} == {OTHER: told}
    assert {*rows} == {SERVER, f"{SERVER}_resize", OTHER, f"{OTHER}_del", f"{OTHER}.later"}
    assert rows[OTHER].bytes == 20 * 4096
    assert rows[f"{OTHER}.later"].bytes == 2 * 4096
    assert {(row.place, row.unread) for row in _rows(said, "instance_disks")} == {
        (f"{OTHER}/", told),
        (f"{OTHER}.later/disk.00000", ""),
        (f"{OTHER}.later/disk.00001", ""),
        (f"{SERVER}/disk.config", ""),
    }


def test_many_disks_of_one_directory_hide_no_other(host: dict[str, str]) -> None:
    _full(host, OTHER, 15)
    _full(host, SERVER, 14)
    rows = _rows(_look(host, most=20), "instance_disks")
    unread = {row.place: row.unread for row in rows if row.unread}
    told = "the instances have more than 20 disks: raise [host] most"
    assert unread in ({f"{OTHER}/": told}, {f"{SERVER}/": told})
    assert len(rows) == 1 + 15


def test_what_is_read_of_a_host_is_bounded(
    host: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folders, "_ALL", 1)
    for number in range(4):
        _full(host, f"{OTHER}.{number}", 8)
    said = folders.instance_directories(host, reading.Bounds(60.0, 20))
    rows = list(SOURCES["instance_directories"].parse("compute1", said))
    assert sum(len(row.files) for row in rows) <= 20
    told = "the instances have more than 20 things: raise [host] most"
    unread = {row.name: row.unread for row in rows if row.unread}
    assert unread == {f"{OTHER}.2": told, f"{OTHER}.3": told}
    assert len(rows) == 7


def test_a_time_that_ends_within_the_directories_leaves_their_names(host: dict[str, str]) -> None:
    _full(host, OTHER, 2)
    bounds = reading.Bounds(60.0, 20)
    each = folders.instances(host["instances"], bounds)
    seen = [next(each)]
    bounds.until = 0.0
    seen += each
    unread = {name: inside.unread for name, _, inside in seen if inside}
    assert unread[OTHER] == "not done within 60 s: raise [host] timeout"
    assert len(unread) == 4


def test_a_directory_that_was_moved_and_linked_is_the_instances(
    host: dict[str, str], tmp_path: Path
) -> None:
    moved = _full(host, OTHER, 3).rename(tmp_path / "elsewhere")
    instances = Path(host["instances"])
    (instances / OTHER).symlink_to(moved)
    (instances / f"{OTHER}.qcow2").symlink_to(moved / "disk.00000")
    said = _look(host)
    (row,) = [row for row in _rows(said, "instance_directories") if row.link]
    assert (row.name, row.kind, row.link, row.unread) == (OTHER, "", str(moved), "")
    assert row.bytes == 3 * 4096
    disks_there = {row.name for row in _rows(said, "instance_disks") if row.uuid == OTHER}
    assert disks_there == {f"disk.{number:05}" for number in range(3)}


def test_a_link_that_leads_nowhere_is_not_read_and_told(host: dict[str, str]) -> None:
    (Path(host["instances"]) / OTHER).symlink_to("/no/such/folder")
    said = _look(host)
    (row,) = [row for row in _rows(said, "instance_directories") if row.link]
    told = "it is a link to /no/such/folder: No such file or directory"
    assert (row.bytes, row.unread) == (0, told)
    assert [row.unread for row in _rows(said, "instance_disks") if row.uuid == OTHER] == [told]


def test_a_link_to_a_network_is_not_followed(
    host: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    moved = _full(host, OTHER, 3).rename(tmp_path / "far")
    (Path(host["instances"]) / OTHER).symlink_to(moved)
    (Path(host["instances"]) / f"{OTHER}.old").symlink_to(moved)
    asked, stat = [], os.stat

    def asking(place: Any, **more: Any) -> os.stat_result:
        asked.append(str(place))
        return stat(place, **more)

    monkeypatch.setattr(folders, "text", lambda _place: f"1 0 0:1 / / - ext4 x\n{far}")
    far = f"2 0 0:2 / {moved} rw - nfs4 server:/far rw\n"
    monkeypatch.setattr(os, "stat", asking)
    said = folders.instance_directories(host, reading.Bounds(60.0, 100))
    (row,) = [row for row in said["directories"] if "link" in row]
    assert row["unread"] == f"it is a link to {moved}, on nfs4, and is not followed"
    assert not [place for place in asked if OTHER in place or place.startswith(str(moved))]


def test_a_link_into_the_kernel_is_not_followed(host: dict[str, str]) -> None:
    (Path(host["instances"]) / OTHER).symlink_to("/proc/self")
    (row,) = [row for row in _rows(_look(host), "instance_disks") if row.uuid == OTHER]
    assert row.unread == "it is a link to /proc/self, on proc, and is not followed"


def test_capitals_are_a_name_that_is_told(host: dict[str, str]) -> None:
    _full(host, OTHER.upper(), 1)
    said = _look(host)
    assert OTHER.upper() in {row.name for row in _rows(said, "instance_directories")}
    assert f"{OTHER.upper()}/disk.00000" in {r.place for r in _rows(said, "instance_disks")}


def _beside(said: Any) -> list[str]:
    return sorted(row.name for row in _rows(said, "instance_disks") if not row.directory)


def test_disks_beside_the_instances_are_told(host: dict[str, str]) -> None:
    instances = Path(host["instances"])
    (instances / "backup").mkdir()
    for name in (b"backup/disk", b"copy.raw", b"disk.old", b"one-\xff.raw"):
        (instances / os.fsdecode(name)).write_bytes(b"x" * 2**20)
    said = _look(host)
    assert said["errors"] == {}
    assert _beside(said) == ["backup/disk", "copy.raw", "disk.old", "one-\\xff.raw"]
    json.dumps(said, ensure_ascii=False).encode("utf-8")


@needs_qemu_img
def test_a_disk_whose_name_is_no_text_is_told(host: dict[str, str]) -> None:
    path = Path(host["instances"]) / os.fsdecode(b"copy-\xff.qcow2")
    _image(path, "3M")
    (row,) = [row for row in _rows(_look(host), "instance_disks") if not row.directory]
    assert (row.name, row.virtual, row.unread) == ("copy-\\xff.qcow2", 3 * 2**20, "")


def test_what_lies_beside_the_instances_of_old_is_no_disk(host: dict[str, str]) -> None:
    instances = Path(host["instances"])
    for folder in ("lost+found", "backup", "instance-0000001a", ".snapshot", "empty"):
        (instances / folder).mkdir()
    large = b"x" * 2**20
    for name in ("_base/8ec5.part", "_base/disk", "locks/disk", "snapshots/disk", "README"):
        (instances / name).write_bytes(large)
    for name in ("instance-0000001a/disk", ".snapshot/disk", "lost+found/disk", "notes.txt"):
        (instances / name).write_bytes(large)
    (instances / ".nfs00000000024c0ee700000001").write_bytes(b"QFI\xfb" + large)
    for name in ("disk", "small.raw", "backup/disk"):
        (instances / name).write_bytes(b"small")
    (instances / "backup" / "disk.qcow2").write_bytes(large)
    (instances / "empty" / "disk").symlink_to("/etc/passwd")
    said = _look(host)
    assert (said["errors"], _beside(said)) == ({}, [])
    assert len(_rows(said, "instance_directories")) == 3


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
