"""The views of the host probe: what their rows tell."""

import copy
from typing import Any

import pytest
from msgspec.structs import replace

import harness.sources
from harness.core.answers.capture import CLOUD, Answer, Capture
from harness.core.answers.shape import ShapeError
from harness.core.iterations.amounts import measure
from harness.core.views.catalog import declared
from harness.core.views.snapshot import parse
from harness.core.views.source import ProbeSource
from harness.sources import guest_files, host_devices, instance_disks
from tests.sources.host_answers import BASE, HOST_BODIES, INSTANCES, SERVER

SOURCES: dict[str, ProbeSource] = declared(harness.sources, ProbeSource, "harness.sources")
OPTIONAL = {"backing", "error", "link", "others", "source", "unread"}
"""Fields that say more of a thing that is known without them, or that are kept for people."""


def _rows(name: str, body: Any = None) -> list[Any]:
    return list(SOURCES[name].parse("compute1", HOST_BODIES[name] if body is None else body))


def _fields(body: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the place of every field that is no list of things."""
    inner = body.items() if isinstance(body, dict) else enumerate(body)
    found = []
    for name, value in inner:
        deeper = isinstance(value, dict | list) and value
        found += _fields(value, (*path, name)) if deeper else [(*path, name)]
    return found


def test_directories_are_told_by_what_follows_the_uuid() -> None:
    rows = _rows("instance_directories")
    assert [row.kind for row in rows] == ["", "resize", "delete", "other"]
    assert {row.uuid for row in rows} == {SERVER}
    assert (rows[0].age, rows[0].path) == (100.25, INSTANCES)


def test_what_directories_take_is_not_measured_where_one_was_not_read() -> None:
    body = copy.deepcopy(HOST_BODIES["instance_directories"])
    body["directories"][1].update(link="/srv/old", unread="it has more than 10 things")
    rows = _rows("instance_directories", body)
    assert [row.link for row in rows] == ["", "/srv/old", "", ""]
    assert [row.unread for row in rows] == ["", "it has more than 10 things", "", ""]
    (gauge,) = SOURCES["instance_directories"].gauges
    assert gauge.measure(tuple(rows)) == {}
    assert gauge.measure((replace(rows[0], host="compute2"), *rows)) == {"compute2": 6.0}


def test_what_a_disk_may_still_grow_by_is_counted_as_nova_does() -> None:
    disk, config, unread, beside = _rows("instance_disks")
    assert disk.promised == 1073741824 - 200704
    assert (config.promised, config.backing) == (491520 - 4096, "")
    assert (unread.unread, unread.uuid) == ("it is not read", SERVER)
    assert (beside.uuid, beside.place) == ("", f"{SERVER}.qcow2")
    assert (disk.backing, disk.backing_there, beside.backing) == (BASE, True, "")


def test_a_disk_that_takes_more_than_its_guest_sees_promises_nothing() -> None:
    row = instance_disks.InstanceDisk("h", "/i", "", "x", "", "qcow2", virtual=1, allocated=10)
    raw = instance_disks.InstanceDisk("h", "/i", "", "x", "", "raw", virtual=1, allocated=10)
    assert (row.promised, raw.promised) == (0, -9)


def test_the_files_of_a_guest_tell_its_name() -> None:
    rows = _rows("guest_files")
    assert [row.guest for row in rows] == ["instance-0000001a", "instance-0000001a", SERVER, ""]
    odd = {"files": [{"kind": "nvram", "name": "a_VARS.fd.bak", "bytes": 0, "inode": 1}]}
    assert [row.guest for row in guest_files.parse("h", odd)] == [""]


def test_devices_are_told_by_who_made_them() -> None:
    rows = list(host_devices.parse("h", HOST_BODIES["host_devices"]))
    assert [row.kind for row in rows] == ["iscsi", "multipath", "crypt", "mapped"]


def test_what_a_host_uses_is_measured() -> None:
    answers = [Answer(name, "compute1", 0.0, 1.0, body) for name, body in HOST_BODIES.items()]
    snapshot = parse(Capture(tuple(answers)), list(SOURCES.values()))
    assert measure(snapshot, list(SOURCES.values()), {"compute1": "compute1"}) == {
        "compute1": {
            "image_cache_gb": 2.0,
            "instance_files_gb": 18.0,
            "qemu_processes": 1.0,
            "real_disk_gb": 20.0,
            "real_memory_mb": 4096.0,
            "taps": 1.0,
        }
    }


@pytest.mark.parametrize("name", SOURCES)
def test_without_a_probe_a_view_is_absent_and_measures_nothing(name: str) -> None:
    told = Answer(name, CLOUD, 0.0, 1.0, None, "no host probe is configured", absent=True)
    for answers in ((told,), ()):
        snapshot = parse(Capture(answers), [SOURCES[name]])
        assert snapshot[name].absent
        assert snapshot[name].gaps == {}
        assert measure(snapshot, [SOURCES[name]], {"h": "h"}) == {"h": {}}


@pytest.mark.parametrize("name", SOURCES)
def test_a_host_that_gave_no_answer_is_a_gap(name: str) -> None:
    said = (
        Answer(name, "compute1", 0.0, 1.0, HOST_BODIES[name]),
        Answer(name, "compute2", 0.0, 1.0, None, "did not answer within 30 s"),
    )
    view = parse(Capture(said), [SOURCES[name]])[name]
    assert view.gap("compute1") is None
    assert view.gap("compute2") == "did not answer within 30 s"


@pytest.mark.parametrize("name", SOURCES)
def test_a_field_that_is_missing_is_no_zero(name: str) -> None:
    for path in _fields(HOST_BODIES[name]):
        if isinstance(path[-1], int) or OPTIONAL & set(path):
            continue
        body = copy.deepcopy(HOST_BODIES[name])
        place = body
        for part in path[:-1]:
            place = place[part]
        del place[path[-1]]
        with pytest.raises(ShapeError):
            _rows(name, body)
