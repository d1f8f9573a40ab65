"""Live is replay: the same analysis and the same bytes from the evidence alone."""

import os
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import harness.invariants
import harness.sources
from harness.adapters.store import RunStore
from harness.core.answers.capture import CLOUD, Answer, Capture
from harness.core.errors import HarnessError
from harness.core.findings.terms import Terms
from harness.core.findings.waiver import Waiver
from harness.core.iterations.history import Run
from harness.core.rules.invariant import Invariant
from harness.core.rules.reading import Patience
from harness.core.rules.verdict import Verdict
from harness.core.runs.analysis import Analysis
from harness.core.runs.judging import Laws
from harness.core.views.catalog import declared
from harness.core.views.source import SOURCE_KINDS, CloudSource
from harness.replay import laws_of, record_of, replay
from harness.reports.everything import render_all, render_iteration, render_run
from tests.sources.answers import BODIES, CHILD, PROVIDER
from tests.toys import LAWS, RECORD, RUN, START, FakeClock, FakeCloud, FakeRunner, parse_tests, soak

REAL_SOURCES: Any = declared(harness.sources, SOURCE_KINDS, "harness.sources")
REAL_RULES = declared(harness.invariants, Invariant, "harness.invariants")


def _real_laws(patience: Patience, stuck_after: float) -> Laws:
    sources, rules = tuple(REAL_SOURCES.values()), tuple(REAL_RULES.values())
    return Laws(sources, rules, patience, stuck_after)


def _toy_laws(patience: Patience, stuck_after: float) -> Laws:
    return Laws(LAWS.sources, LAWS.invariants, patience, stuck_after)


def _live(
    path: Path, laws: Laws, record: dict[str, Any] = RECORD, **changes: Any
) -> tuple[RunStore, Analysis]:
    store = RunStore(path)
    store.begin(record)
    analysis = soak(
        store=store,
        laws=laws,
        render_iteration=render_iteration,
        render_run=render_run,
        **changes,
    ).go()
    return store, analysis


def _published(store: RunStore) -> dict[str, str]:
    return {
        path.relative_to(store.derived).as_posix(): path.read_text("utf-8")
        for path in store.derived.rglob("*")
        if path.is_file()
    }


def _observe_real(clock: FakeClock) -> Any:
    """Return what observes a cloud with many leaks, told in an order that is not sorted."""
    bodies = dict(BODIES)
    held = BODIES["allocations"]["held"]
    ghost = {
        "allocations": {
            "zz": {"resources": {"VCPU": 1, "DISK_GB": 2}},
            "aa": {"resources": {"MEMORY_MB": 3}},
        }
    }
    bodies["allocations"] = {
        **BODIES["allocations"],
        "held": {CHILD: {**held[CHILD], **ghost}, PROVIDER: held[PROVIDER]},
    }

    def observe(_known: tuple[str, ...]) -> Capture:
        started = clock.now()
        clock.time += 1
        return Capture(
            tuple(
                Answer(
                    name,
                    CLOUD if isinstance(source, CloudSource) else "compute1",
                    started,
                    clock.now(),
                    bodies[name],
                )
                for name, source in REAL_SOURCES.items()
            )
        )

    return observe


@pytest.fixture(autouse=True)
def _no_wait_for_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "fsync", lambda _file: None)


@pytest.fixture
def leaky(tmp_path: Path) -> Iterator[tuple[RunStore, Analysis]]:
    clock = FakeClock(time=1795464000.0)
    laws = _real_laws(Patience(1.5, 60.0), 600.0)
    yield _live(
        tmp_path / "run",
        laws,
        clock=clock,
        observe=_observe_real(clock),
        iterations=2,
        settle_limit=180.0,
        runner=FakeRunner(clock, ["finished", "failed"]),
    )


def test_replay_of_real_rules_gives_the_same_bytes(leaky: tuple[RunStore, Analysis]) -> None:
    store, live = leaky
    again = replay(store, _real_laws, parse_tests)
    assert again == live
    assert len(live.findings) > 5
    assert render_all(again) == _published(store)


@pytest.mark.parametrize(
    "states",
    [
        [()],
        [(), ("busy",), ("left",), ("left",), ()],
        ["HTTP 500"],
        [("left", "busy"), ("busy",), (), "HTTP 500", ("left",)],
    ],
)
def test_replay_gives_the_same_bytes(tmp_path: Path, states: list[Any]) -> None:
    clock = FakeClock()
    observe = FakeCloud(clock, states).observe
    endings = ["finished", "timeout", "failed", "crashed"]
    store, live = _live(
        tmp_path / "run",
        LAWS,
        clock=clock,
        observe=observe,
        iterations=4,
        runner=FakeRunner(clock, endings),
    )
    again = replay(store, _toy_laws, parse_tests)
    assert again == live
    assert render_all(again) == _published(store)


@pytest.mark.parametrize(
    "terms",
    [
        Terms(),
        Terms(healed_fails=True, baseline_fails=True),
        Terms(waivers=(Waiver("toys_are_tidied_up", "left*", "known", "bug 1", "2030-01-01"),)),
        Terms(waivers=(Waiver("toys_are_tidied_up", "left*", "known", "bug 1", "1970-01-12"),)),
    ],
    ids=["default", "strict", "waived", "expired"],
)
def test_replay_judges_on_the_terms_of_the_run(tmp_path: Path, terms: Terms) -> None:
    laws = replace(LAWS, reaper_interval=7.0, power_sync_interval=8.0, terms=terms)
    clock = FakeClock()
    observe = FakeCloud(clock, [("old",), ("old",), *[("old", "left")] * 2, ()]).observe
    record = record_of(RUN, laws)
    changes = {"clock": clock, "observe": observe, "iterations": 3}
    store, live = _live(tmp_path / "run", laws, record, **changes)
    assert store.run_record()["judging"]["reaper_interval"] == 7.0
    assert laws_of(store.run_record(), LAWS) == laws
    again = replay(store, _toy_laws, parse_tests)
    assert again == live
    assert again.terms == terms
    assert len(again.findings) == 2
    assert render_all(again) == _published(store)


@pytest.mark.parametrize(
    "judging",
    [{"healed": "maybe"}, {"reaper_interval": "soon"}, {"waivers": [{}]}, {"baseline": 1}],
)
def test_a_record_with_terms_that_are_none_is_no_record(tmp_path: Path, judging: Any) -> None:
    store = RunStore(tmp_path / "run")
    store.begin({**RECORD, "judging": {**RECORD["judging"], **judging}})
    with pytest.raises(HarnessError, match="cannot be read"):
        store.run_record()


def test_a_run_that_was_cut_off_is_unknown(tmp_path: Path) -> None:
    store, live = _live(tmp_path / "run", LAWS, clock=FakeClock(), iterations=2)
    assert live.verdict is Verdict.PASS
    (store.evidence / "end.json").unlink()
    again = replay(store, _toy_laws, parse_tests)
    assert (again.run.ending, again.verdict) == ("", Verdict.UNKNOWN)


def test_an_iteration_that_was_cut_off_is_unknown(tmp_path: Path) -> None:
    store, _ = _live(tmp_path / "run", LAWS, clock=FakeClock(), iterations=2)
    (store.evidence / "000002" / "iteration.json").unlink()
    again = replay(store, _toy_laws, parse_tests)
    assert [item.verdict for item in again.iterations] == [Verdict.PASS, Verdict.UNKNOWN]
    assert "no end mark" in again.iterations[1].broken


@pytest.mark.parametrize("lost", ["000001", "000002"])
def test_an_iteration_that_is_lost_is_unknown(tmp_path: Path, lost: str) -> None:
    store, _ = _live(tmp_path / "run", LAWS, clock=FakeClock(), iterations=2)
    shutil.rmtree(store.evidence / lost)
    again = replay(store, _toy_laws, parse_tests)
    assert [item.number for item in again.iterations] == [1, 2]
    assert again.verdict is Verdict.UNKNOWN


def test_replay_judges_with_the_patience_of_the_run(tmp_path: Path) -> None:
    store, _ = _live(tmp_path / "run", LAWS, clock=FakeClock(), iterations=1)
    seen: list[tuple[Patience, float]] = []

    def laws(patience: Patience, stuck_after: float) -> Laws:
        seen.append((patience, stuck_after))
        return LAWS

    replay(store, laws, parse_tests)
    assert seen == [(Patience(1.5, 60.0), 600.0)]


def test_the_run_that_is_replayed_is_the_run_that_was(tmp_path: Path) -> None:
    store, live = _live(tmp_path / "run", LAWS, clock=FakeClock(), iterations=1)
    assert replay(store, _toy_laws, parse_tests).run == live.run
    assert live.run.started == START
    assert isinstance(live.run, Run)
