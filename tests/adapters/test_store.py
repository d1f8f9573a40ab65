"""Evidence is whole or told to be damaged; nothing is written outside of a run's folder."""

import gzip
import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from harness.adapters import atomic_file
from harness.adapters.atomic_file import write_atomically
from harness.adapters.results_directory import ResultsDirectory
from harness.adapters.store import RunStore
from harness.core.answers.bodies import LONG
from harness.core.answers.capture import CLOUD, Answer, Capture
from harness.core.answers.members import BODY, member, members
from harness.core.answers.packing import packed, unpacked
from harness.core.errors import HarnessError
from harness.core.rules.reading import Patience
from harness.core.rules.verdict import Verdict
from harness.core.runs.judging import Laws
from harness.replay import replay
from tests.toys import LAWS, RECORD, FakeClock, parse_tests, soak

Damage = Callable[[Path], object]


def _run(path: Path) -> RunStore:
    store = RunStore(path)
    store.begin(RECORD)
    soak((), ("busy",), (), clock=FakeClock(), store=store, iterations=2).go()
    return store


def _verdict(store: RunStore) -> Verdict:
    def laws(_patience: Patience, _stuck_after: float) -> Laws:
        return LAWS

    return replay(store, laws, parse_tests).verdict


def _write(content: bytes) -> Damage:
    return lambda path: path.write_bytes(content)


def _zip(content: bytes) -> Damage:
    return lambda path: path.write_bytes(gzip.compress(content))


DAMAGES: dict[str, Damage] = {
    "missing": lambda path: path.unlink(),
    "empty": _write(b""),
    "cut": lambda path: path.write_bytes(path.read_bytes()[:-9]),
    "garbage": _write(b"\x00garbage"),
    "no JSON": _zip(b"{"),
    "no UTF-8": _zip(b'{"answers":"\xff"}'),
    "another JSON": _zip(b"[1, 2]"),
    "an empty object": _write(b"{}"),
    "an empty object, packed": _zip(b"{}"),
    "wrong kinds": _write(
        b'{"started": "x", "ended": [], "phases": 5, "tests": [], "reads": null}'
    ),
    "wrong answers": _zip(b'{"answers": [{"source": 5}]}'),
    "a folder": lambda path: (path.unlink(), path.mkdir()),
}
FILES = [
    "000000/capture-001.json.gz",
    "000000/iteration.json",
    "000001/capture-001.json.gz",
    "000001/capture-002.json.gz",
    "000001/tests.subunit.gz",
    "000001/iteration.json",
    "000002/capture-001.json.gz",
    "000002/tests.subunit.gz",
    "000002/iteration.json",
    "end.json",
]
BEGUN = [f"00000{number}/begun.json" for number in (0, 1, 2)]
"""Read only where an iteration has no end mark."""


@pytest.fixture(autouse=True)
def _no_wait_for_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "fsync", lambda _file: None)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> RunStore:
    return _run(tmp_path_factory.mktemp("results") / "whole")


def _copy(store: RunStore, folder: Path) -> RunStore:
    return RunStore(Path(shutil.copytree(store.path, folder / "run")))


def test_a_whole_run_passes(whole: RunStore) -> None:
    assert _verdict(whole) is Verdict.PASS
    assert sorted(
        path.relative_to(whole.evidence).as_posix()
        for path in whole.evidence.rglob("*")
        if path.is_file()
    ) == sorted([*FILES, *BEGUN, "run.json"])


@pytest.mark.parametrize("file", FILES)
@pytest.mark.parametrize("damage", DAMAGES)
def test_damage_is_unknown(tmp_path: Path, whole: RunStore, file: str, damage: str) -> None:
    store = _copy(whole, tmp_path)
    path = store.evidence / file
    before = path.read_bytes()
    DAMAGES[damage](path)
    assert not path.is_file() or path.read_bytes() != before
    stream = file.endswith("subunit.gz") and gzip_holds(path)
    assert _verdict(store) is (Verdict.PASS if stream else Verdict.UNKNOWN)


def _lengthened(path: Path) -> None:
    """Write an observation anew with a body so long that it stays packed."""
    capture = unpacked(path.read_bytes())
    answers = [replace(a, body={**a.body, "rest": "x" * LONG}) for a in capture.answers]
    path.write_bytes(packed(Capture(tuple(answers))))


def _flipped(part: bytes) -> bytes:
    return part[:-1] + b"x"


def _no_json(_part: bytes) -> bytes:
    return member("{", BODY)


@pytest.mark.parametrize(
    ("look", "change"),
    [
        ("000000/capture-001", _flipped),
        ("000001/capture-001", _flipped),
        ("000002/capture-001", _flipped),
        ("000002/capture-001", _no_json),
    ],
)
def test_damage_of_a_long_body_is_unknown(
    tmp_path: Path, whole: RunStore, look: str, change: Callable[[bytes], bytes]
) -> None:
    store = _copy(whole, tmp_path)
    path = store.evidence / f"{look}.json.gz"
    _lengthened(path)
    assert _verdict(store) is Verdict.PASS
    parts = members(path.read_bytes())
    path.write_bytes(b"".join(change(part) if kind == BODY else part for kind, part in parts))
    assert _verdict(store) is Verdict.UNKNOWN


def gzip_holds(path: Path) -> bool:
    """Tell whether a stream can be unpacked: what it says is not the store's to judge."""
    try:
        gzip.decompress(path.read_bytes())
    except (OSError, EOFError):
        return False
    return path.stat().st_size > 0


@pytest.mark.parametrize("damage", [name for name in DAMAGES if name != "missing"])
def test_a_run_whose_order_cannot_be_read_is_refused(
    tmp_path: Path, whole: RunStore, damage: str
) -> None:
    store = _copy(whole, tmp_path)
    DAMAGES[damage](store.evidence / "run.json")
    with pytest.raises(HarnessError, match=r"run\.json"):
        _verdict(store)


def test_what_is_no_run_is_refused(tmp_path: Path) -> None:
    with pytest.raises(HarnessError, match="is no run"):
        RunStore(tmp_path).run_record()


def test_an_observation_in_the_middle_that_is_lost_is_told(tmp_path: Path) -> None:
    store = _run(tmp_path / "run")
    (store.evidence / "000001" / "capture-001.json.gz").unlink()
    evidences = list(store.evidences())
    assert [len(evidence.captures) for evidence in evidences] == [1, 1, 1]
    assert _verdict(store) is Verdict.UNKNOWN


def test_a_capture_keeps_the_order_of_names(tmp_path: Path) -> None:
    store = RunStore(tmp_path / "run")
    body = {"z": 1, "a": {"y": 2, "b": 3}}
    store.keep_capture(0, 1, Capture((Answer("toys", CLOUD, 1.0, 2.0, body),)))
    (evidence,) = store.evidences()
    assert str(evidence.captures[0].answers[0].body) == str(body)


def test_many_observations_keep_their_order(tmp_path: Path) -> None:
    store = RunStore(tmp_path / "run")
    for read in (999, 1000, 1001):
        store.keep_capture(0, read, Capture((Answer("toys", CLOUD, float(read), 0.0),)))
    (evidence,) = store.evidences()
    assert [capture.started for capture in evidence.captures] == [999.0, 1000.0, 1001.0]


def test_a_file_is_whole_or_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "file"
    write_atomically(path, b"old")

    def full(_number: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(atomic_file.os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        write_atomically(path, b"new")
    assert path.read_bytes() == b"old"
    assert [left.name for left in tmp_path.iterdir()] == ["file"]


def test_what_a_writer_left_behind_is_no_evidence(tmp_path: Path) -> None:
    store = _run(tmp_path / "run")
    (store.evidence / "000001" / ".capture-003.json.gz.ab.tmp").write_bytes(b"half")
    (store.evidence / "notes").mkdir()
    (store.evidence / "20260131").mkdir()
    assert _verdict(store) is Verdict.PASS


@pytest.mark.parametrize("name", ["../evil", "/etc/evil", "a/../../evil", "", ".", "link/evil"])
def test_a_report_stays_in_its_folder(tmp_path: Path, name: str) -> None:
    store = RunStore(tmp_path / "run")
    store.derived.mkdir(parents=True)
    (store.derived / "link").symlink_to(tmp_path)
    with pytest.raises((ValueError, HarnessError), match="leads out"):
        store.publish({name: "text"})
    assert not (tmp_path / "evil").exists()


def test_reports_of_an_earlier_rendering_go(tmp_path: Path) -> None:
    store = RunStore(tmp_path / "run")
    store.publish({"a/old.txt": "old", "b.txt": "text"})
    store.publish({"b.txt": "new"})
    store.unpublish({"b.txt"})
    assert [path.name for path in store.derived.rglob("*") if path.is_file()] == ["b.txt"]
    assert (store.derived / "b.txt").read_text() == "new"


@pytest.mark.parametrize("name", ["", "..", "a/b", "-x", "x" * 101, ".hidden"])
def test_a_run_cannot_be_named_like_that(tmp_path: Path, name: str) -> None:
    with pytest.raises(HarnessError, match="cannot name a run"):
        ResultsDirectory(tmp_path).new_run(name)


def test_a_run_is_made_once(tmp_path: Path) -> None:
    results = ResultsDirectory(tmp_path / "results")
    results.new_run("night").begin(RECORD)
    with pytest.raises(HarnessError, match="already"):
        results.new_run("night")
    assert results.find("night").run_record() == RECORD
    assert results.find("latest").path == results.find("night").path
    with pytest.raises(HarnessError, match="there is no run"):
        results.find("day")


def test_results_that_cannot_be_written_are_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(HarnessError, match="cannot be written"):
        ResultsDirectory(tmp_path / "file" / "results").new_run("night")


def test_a_run_that_died_before_its_baseline_is_torn_in_it(tmp_path: Path) -> None:
    store = RunStore(tmp_path / "run")
    store.begin(RECORD)
    torn = store.torn()
    assert torn
    assert (torn.evidence.number, torn.evidence.damage, torn.reads) == (0, "", 0)


def test_the_name_of_a_new_folder_is_on_the_disk_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[str] = []
    monkeypatch.setattr(
        atomic_file.os,
        "fsync",
        lambda file: synced.append(str(Path(f"/proc/self/fd/{file}").readlink())),
    )
    write_atomically(tmp_path / "a" / "b" / "file", b"x")
    folders = [path for path in synced if Path(path).is_dir()]
    assert folders == [str(tmp_path), str(tmp_path / "a"), str(tmp_path / "a" / "b")]
