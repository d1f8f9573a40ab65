"""The loop: what is done in which order, and what ends it."""

from dataclasses import replace
from typing import Any

import pytest

from harness.core.answers.capture import CLOUD, Answer, Capture
from harness.core.iterations.history import Iteration
from harness.core.rules.verdict import Verdict
from harness.core.runs.analysis import Analysis
from harness.core.runs.judging import Evidence
from harness.core.views.source import TableSource
from harness.soak import Soak
from tests.toys import LAWS, START, FakeClock, FakeCloud, FakeRunner, FakeStore, soak


def _store(run: Soak) -> FakeStore:
    assert isinstance(run.store, FakeStore)
    return run.store


def test_all_is_stored_before_it_is_judged_and_published() -> None:
    run = soak(iterations=1)
    analysis = run.go()
    assert _store(run).done == [
        "begin 0",
        "capture 0.1",
        "end 0",
        "publish",
        "begin 1",
        "stream 1",
        "capture 1.1",
        "end 1",
        "publish",
        "end",
        "publish",
    ]
    assert analysis.verdict is Verdict.PASS
    assert run.progress.judged_numbers == [0, 1]  # type: ignore[attr-defined]


def test_a_record_says_how_the_iteration_went() -> None:
    run = soak((), ("left",), iterations=1)
    run.go()
    record = _store(run).records[1]
    assert record["reads"] == 2
    assert record["phases"] == {"tests": 60.0, "settle": 3.0}
    assert record["tests"]["expected"] == ["m.C.test"]
    assert "tests" not in _store(run).records[0]
    assert _store(run).ended["iterations"] == 1


def test_tests_are_named_after_the_run_and_the_iteration() -> None:
    clock = FakeClock()
    runner = FakeRunner(clock)
    soak(clock=clock, runner=runner, iterations=2, iteration_timeout=99.0).go()
    assert [(order.prefix, order.time_limit) for order in runner.orders] == [
        ("soak1a2b3ci1", 99.0),
        ("soak1a2b3ci2", 99.0),
    ]


def test_no_iterations_is_the_baseline_only() -> None:
    run = soak(iterations=0)
    analysis = run.go()
    assert [item.number for item in analysis.history] == [0]
    assert (analysis.run.ending, analysis.verdict) == ("iterations done", Verdict.UNKNOWN)


def test_the_deadline_lets_the_iteration_at_hand_end() -> None:
    analysis = soak(iterations=None, deadline=START + 90).go()
    assert [item.number for item in analysis.history] == [0, 1, 2]
    assert analysis.run.ending == "time is up"


def test_a_deadline_that_has_passed_is_the_baseline_only() -> None:
    assert len(soak(iterations=None, deadline=START).go().history) == 1


@pytest.mark.parametrize(
    ("wanted", "states", "endings", "iterations"),
    [
        ({"LEAK"}, [(), (), ("left",)], ["finished"], 2),
        ({"TEST"}, [(), (), ("left",)], ["finished"], 5),
        ({"TEST"}, [()], ["finished", "failed"], 2),
        ({"LEAK"}, [()], ["failed"], 5),
        (set(), [("left",)], ["failed"], 5),
        ({"LEAK", "TEST"}, ["HTTP 500"], ["finished"], 5),
        ({"LEAK"}, [("left",)], ["finished"], 1),
    ],
)
def test_fail_fast(wanted: set[str], states: Any, endings: list[str], iterations: int) -> None:
    clock = FakeClock()
    analysis = soak(
        *states,
        clock=clock,
        runner=FakeRunner(clock, endings),
        iterations=5,
        fail_fast_on=frozenset(wanted),
    ).go()
    assert len(analysis.iterations) == iterations
    assert analysis.run.ending == ("fail-fast" if iterations < 5 else "iterations done")


def test_a_wish_to_end_in_the_tests_ends_after_a_last_look() -> None:
    clock = FakeClock()
    run = soak(clock=clock, iterations=9, runner=FakeRunner(clock, ["finished", "interrupted"]))
    runner = run.runner
    assert isinstance(runner, FakeRunner)
    runner.during = lambda number: run.stop.ask("SIGINT", clock.now()) if number == 2 else None
    analysis = run.go()
    assert [item.number for item in analysis.history] == [0, 1, 2]
    assert [item.number for item in analysis.iterations] == [1]
    assert (analysis.run.ending, analysis.verdict) == ("SIGINT", Verdict.PASS)


def test_a_wish_to_end_while_settling_ends_within_seconds() -> None:
    clock = FakeClock()
    cloud = FakeCloud(clock, [(), ("busy",)])
    run = soak(clock=clock, observe=cloud.observe, iterations=9, settle_limit=3600.0)

    def observe(known: tuple[str, ...]) -> Capture:
        if len(cloud.asked) == 3:
            run.stop.ask("SIGTERM", clock.now())
        return cloud.observe(known)

    run.observe = observe
    analysis = run.go()
    assert [item.number for item in analysis.history] == [0, 1]
    assert clock.now() - run.stop.since < 10 + 10 + 1
    assert analysis.verdict is Verdict.UNKNOWN


def test_the_first_reason_to_end_stays() -> None:
    run = soak()
    run.stop.ask("SIGINT", 1.0)
    run.stop.ask("SIGTERM", 2.0)
    assert (run.stop.reason, run.stop.since) == ("SIGINT", 1.0)


def test_tests_that_time_out_fail_and_the_run_goes_on() -> None:
    clock = FakeClock()
    runner = FakeRunner(clock, ["timeout", "finished"])
    analysis = soak(clock=clock, runner=runner, iterations=2).go()
    assert [item.verdict for item in analysis.iterations] == [Verdict.FAIL, Verdict.PASS]


def test_a_run_of_unknowns_is_unknown() -> None:
    assert soak("HTTP 500", iterations=2).go().verdict is Verdict.UNKNOWN


def test_hosts_that_were_asked_once_are_asked_again() -> None:
    seen: list[tuple[str, ...]] = []
    hosts = iter(["host1", "host2", "host2"])

    def observe(known: tuple[str, ...]) -> Capture:
        seen.append(known)
        answers = (Answer("toys", "", 0, 0, {"toys": []}), Answer("domains", next(hosts), 0, 0))
        return Capture(answers)

    soak(observe=observe, iterations=2).go()
    assert seen == [(), ("host1",), ("host1", "host2")]


def test_a_database_is_no_host() -> None:
    seen = []

    def observe(known: tuple[str, ...]) -> Capture:
        seen.append(known)
        at = START + len(seen)
        answers = [Answer("toys", "host1", at, at, {"toys": []})]
        return Capture((*answers, Answer("rows", "nova_cell1", at, at, {"rows": []})))

    rows = TableSource("rows", "select 1", lambda _name, _body: ())
    laws = replace(LAWS, sources=(*LAWS.sources, rows))
    soak(observe=observe, laws=laws).go()
    assert set(seen) == {(), ("host1",)}


def _evidence(number: int, *toys: str) -> Evidence:
    """Return two looks at the same toys, far enough apart to believe them."""
    looks = tuple(
        Capture((Answer("toys", CLOUD, seen, seen, {"toys": list(toys)}),))
        for seen in (START + 10 * number, START + 10 * number + 5)
    )
    tests = {"expected": ["m.C.test"], "ending": "finished", "explanation": ""}
    record = {"number": number, "started": START, "ended": START, "reads": 2, "phases": {}}
    record |= {"tests": tests} if number else {}
    return Evidence(number, record, looks, b"finished")


def test_a_run_that_was_to_fail_fast_ends_where_its_driver_died_before_it_could() -> None:
    run = soak(iterations=5, fail_fast_on=frozenset({"LEAK"}))
    run.recall([_evidence(0), _evidence(1, "left")])
    analysis = run.go()
    assert (analysis.run.ending, len(analysis.iterations)) == ("fail-fast", 1)


def test_the_work_of_taking_up_evidence_does_not_grow_by_its_square() -> None:
    """Each iteration's own files are written again, and not those of the run as a whole."""
    told: list[tuple[int, int]] = []

    def render(analysis: Analysis, item: Iteration) -> dict[str, str]:
        told.append((item.number, len(analysis.history)))
        return {}

    run = soak(whole=False, render_iteration=render)
    run.recall(_evidence(number) for number in range(6))
    assert [number for number, _ in told] == list(range(6))
    assert max(held for _, held in told) <= 2
