"""A run stays within its bytes, and its reports are those of a run that kept everything."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from harness.adapters.shelf import JUDGED, Shelf
from harness.adapters.store import RunStore
from harness.core.answers.shape import ShapeError
from harness.core.apis.standing import Standing
from harness.core.iterations.spans import spans
from harness.core.rules.verdict import Verdict
from harness.core.runs.judged_json import Judged, judged_as_json, judged_from_json
from harness.replay import replay, run_of
from harness.reports.everything import render_all, render_iteration, render_run
from harness.soak import Soak
from harness.thinning import Thinner
from tests.reports.examples import LEAK, TORN, checks, iteration
from tests.toys import LAWS, RECORD, FakeClock, FakeCloud, parse_tests, soak

STATES: list[Any] = [(), (), (), ("left",), ("left",), ("left",), ("left",), ("left",), (), ()]
"""Toys as looks show them; each iteration that sees one looks twice."""


@pytest.fixture(autouse=True)
def _no_wait_for_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.fsync", lambda _file: None)


def loop(path: Path, budget: int | None, said: list[str], **changes: Any) -> Soak:
    store, clock = RunStore(path), FakeClock()
    begun = (store.evidence / "run.json").exists()
    if not begun:
        store.begin(RECORD)
    thinner = Thinner(Shelf(path), budget, said.append)
    parts: dict[str, Any] = {
        "clock": clock,
        "observe": FakeCloud(clock, [*STATES]).observe,
        "store": store,
        "run": run_of(store.run_record(), None, store.resumptions()),
        "render_iteration": render_iteration,
        "render_run": render_run,
        "retain": thinner.took,
        "iterations": 9,
        "whole": False,
    }
    made = soak(**(parts | changes))
    if begun:
        (store.evidence / "end.json").unlink(missing_ok=True)
        made.recall(store.evidences())
    return made


def replayed(path: Path) -> dict[str, str]:
    return render_all(replay(RunStore(path), lambda _patience, _stuck: LAWS, parse_tests))


def published(path: Path) -> dict[str, str]:
    derived = RunStore(path).derived
    return {
        file.relative_to(derived).as_posix(): file.read_text("utf-8")
        for file in derived.rglob("*")
        if file.is_file()
    }


def held(path: Path) -> list[int]:
    """Return the iterations that have captures."""
    return sorted({int(file.parent.name) for file in path.glob("evidence/*/capture-*")})


def test_what_is_thinned_changes_no_report_of_the_run(tmp_path: Path) -> None:
    said: list[str] = []
    whole = loop(tmp_path / "whole", None, said).go()
    thin = loop(tmp_path / "thin", 1, said).go()
    assert held(tmp_path / "whole") == list(range(10))
    assert held(tmp_path / "thin") == [0, 9]
    assert thin.run.thinned == spans(range(1, 9))
    assert (thin.verdict, thin.findings) == (whole.verdict, whole.findings)
    assert whole.findings
    live = published(tmp_path / "thin")
    assert replayed(tmp_path / "thin") == live
    assert live["deltas.csv"] == published(tmp_path / "whole")["deltas.csv"]
    assert live["findings.csv"] == published(tmp_path / "whole")["findings.csv"]
    assert "1-8: gave up their captures" in live["report.txt"]
    [told] = said
    assert "may hold 1 (--keep)" in told


def test_events_are_kept_longest(tmp_path: Path) -> None:
    loop(tmp_path / "all", None, []).go()
    shelf = Shelf(tmp_path / "all")
    size = sum(map(shelf.size_of, range(10))) + shelf.size_beside()
    findings = loop(tmp_path / "run", size, []).go().findings
    [finding] = findings
    assert finding.closed
    there = held(tmp_path / "run")
    assert len(there) < 10
    assert {0, finding.since, finding.last, finding.closed, 9} <= set(there)


@pytest.mark.parametrize("left", [JUDGED, "begun.json"])
def test_a_driver_that_dies_while_it_thins_loses_nothing(tmp_path: Path, left: str) -> None:
    path = tmp_path / "run"
    loop(path, None, []).go()
    before = published(path)
    folder = path / "evidence" / "000002"
    (path / "judged" / "000002.json.gz").rename(folder / JUDGED)
    if left != JUDGED:
        (folder / "capture-001.json.gz").unlink()
    again = replayed(path)
    assert {**again, **changing(before)} == {
        name: text for name, text in before.items() if "000002" not in name
    } | changing(before)
    loop(path, None, []).go()
    assert 2 not in held(path)
    assert not (folder / "begun.json").exists()
    assert replayed(path) == published(path)


def changing(files: dict[str, str]) -> dict[str, str]:
    """Return the reports that name what is thinned."""
    return {name: files[name] for name in ("report.txt", "summary.json")}


def test_what_was_not_kept_is_not_thinned(tmp_path: Path) -> None:
    path = tmp_path / "run"
    loop(path, None, []).go()
    shutil.rmtree(path / "judged")
    assert not Shelf(path).thin(3)
    assert held(path) == list(range(10))


def test_a_judgement_that_is_torn_is_unknown(tmp_path: Path) -> None:
    path = tmp_path / "run"
    loop(path, 1, []).go()
    (path / "evidence" / "000003" / JUDGED).write_bytes(b"torn")
    again = replay(RunStore(path), lambda _patience, _stuck: LAWS, parse_tests)
    assert again.history[3].verdict is Verdict.UNKNOWN
    assert "judged.json.gz cannot be read" in again.history[3].broken


def _with_all(number: int) -> Judged:
    made = iteration(number, checks(LEAK, TORN), domains=None)
    stood = {("domain_has_server", "5f3c", "compute1"): 7.5}
    standing = Standing(
        7.0, {"compute1": "nova"}, {"compute1": ("it is disabled",)}, {"compute1": "now"}
    )
    made = replace(made, stood=stood, looked=3.0, standing=standing)
    return Judged(made, {"node1": "compute1"})


def test_what_is_read_is_what_was_judged() -> None:
    for judged in (_with_all(3), Judged(iteration(0))):
        assert judged_from_json(judged_as_json(judged)) == judged


@pytest.mark.parametrize(
    "spoil",
    [
        lambda data: data.pop("checks"),
        lambda data: data.update(checks=[["rule"]]),
        lambda data: data.update(tests={"ending": "finished"}),
        lambda data: data.update(stood=[["rule"]]),
        lambda data: data.update(sightings=[[1]]),
        lambda data: data.update(hosts=None),
        lambda data: data.update(standing={"moment": 1.0, "zones": {}, "closed": {"h": 1}}),
        lambda data: data.update(standing={"moment": 1.0, "zones": {}}),
    ],
)
def test_nothing_is_read_from_nonsense(spoil: Callable[[dict[str, Any]], Any]) -> None:
    data = judged_as_json(_with_all(3))
    spoil(data)
    with pytest.raises(ShapeError):
        judged_from_json(data)
