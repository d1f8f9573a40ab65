"""Torn evidence is judged as far as it goes, and never as PASS."""

from dataclasses import replace
from typing import Any

import pytest

from harness.core.answers.capture import CLOUD, Answer, Capture
from harness.core.apis.standing import Standing
from harness.core.iterations.history import Iteration
from harness.core.rules.verdict import Verdict
from harness.core.runs.analysis import analyse
from harness.core.runs.judged_json import Judged, judged_as_json, judged_from_json
from harness.core.runs.judging import Evidence, Past, judge_all, judge_iteration
from harness.core.views.snapshot import Snapshot
from tests.toys import LAWS, RUN, parse_tests

TESTS = {"ending": "finished", "explanation": "", "expected": ["m.C.test"]}


def _capture(*states: str, at: float = 0.0, error: str | None = None) -> Capture:
    body = None if error else {"toys": list(states)}
    return Capture((Answer("toys", CLOUD, at, at + 0.5, body, error),))


def _evidence(number: int = 1, *captures: Capture, **changes: Any) -> Evidence:
    seen = captures or (_capture(),)
    record = {"started": 0.0, "ended": 9.0, "reads": len(seen), "phases": {}, "tests": TESTS}
    return replace(Evidence(number, record, seen, b"finished"), **changes)


def _judge(evidence: Evidence) -> Iteration:
    return judge_iteration(evidence, LAWS, RUN, Past(), parse_tests)[0]


def test_whole_evidence_of_a_calm_cloud_passes() -> None:
    iteration = _judge(_evidence())
    assert (iteration.verdict, iteration.broken, iteration.reads) == (Verdict.PASS, "", 1)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"record": None}, "no end mark"),
        ({"captures": ()}, "nothing was observed"),
        ({"damage": "capture-001.json.gz cannot be read"}, "cannot be read"),
        ({"captures": (_capture(), _capture())}, "2 of 1 observations"),
        ({"captures": (), "record": None}, "no end mark"),
    ],
)
def test_torn_evidence_is_unknown(changes: Any, told: str) -> None:
    iteration = _judge(_evidence(**changes))
    assert iteration.verdict is Verdict.UNKNOWN
    assert told in iteration.broken


def test_a_leak_in_torn_evidence_is_a_leak_still() -> None:
    seen = (_capture("left"), _capture("left", at=9.0))
    iteration = _judge(_evidence(1, *seen, damage="tests.subunit.gz cannot be read"))
    assert iteration.verdict is Verdict.FAIL


@pytest.mark.parametrize("changes", [{"stream": None}, {"record": None}])
def test_tests_whose_end_was_not_stored_are_unknown(changes: Any) -> None:
    iteration = _judge(_evidence(**changes))
    assert iteration.tests is not None
    assert iteration.tests.ending == "crashed"
    assert iteration.tests.verdict is Verdict.UNKNOWN


def test_the_baseline_has_no_tests() -> None:
    iteration = _judge(_evidence(0, stream=None))
    assert (iteration.tests, iteration.verdict) == (None, Verdict.PASS)


def test_the_last_of_several_observations_counts() -> None:
    seen = [_capture("left"), _capture("left", at=3.0), _capture(at=6.0)]
    assert _judge(_evidence(1, *seen)).verdict is Verdict.PASS


def test_only_the_baseline_becomes_the_past() -> None:
    _, past = judge_iteration(_evidence(0, _capture("old")), LAWS, RUN, Past(), parse_tests)
    assert past.snapshot is not None
    _, later = judge_iteration(_evidence(1), LAWS, RUN, past, parse_tests)
    assert later.snapshot is past.snapshot


def test_how_hosts_stood_before_and_after_is_told_to_the_diagnosis() -> None:
    """Before: in the last look of the iteration before, also where that gave up its captures."""
    told: list[list[float]] = []

    def diagnosis(*given: Any) -> tuple[()]:
        told.append([each.moment for each in given[-1]])
        return ()

    def standing(snapshot: Snapshot) -> Standing | None:
        return None if snapshot.moment == 4.0 else Standing(snapshot.moment, {}, {})

    laws = replace(LAWS, diagnosis=diagnosis, standing=standing)
    evidences = [
        _evidence(0, _capture(at=1.0), _capture(at=2.0), stream=None),
        _evidence(1, _capture(at=3.0), _capture(at=4.0)),
        _evidence(2, _capture(at=5.0)),
    ]
    first, second, third = judge_all(evidences, laws, RUN, parse_tests)
    assert (first.standing, told) == (Standing(2.0, {}, {}), [[2.0, 3.0], [3.0, 5.0]])
    thin = judged_from_json(judged_as_json(Judged(second)))
    evidences[1] = replace(evidences[1], judged=thin, captures=())
    told.clear()
    assert list(judge_all(evidences, laws, RUN, parse_tests)) == [first, second, third]
    assert told == [[3.0, 5.0]]


def test_an_interrupted_iteration_says_nothing() -> None:
    stopped = {"ending": "interrupted", "explanation": "", "expected": ["m.C.test"]}
    leak = (_capture("left"), _capture("left", at=9.0))
    second = _evidence(2, *leak)
    second = replace(second, record={**(second.record or {}), "tests": stopped})
    history = judge_all([_evidence(0), _evidence(1), second], LAWS, RUN, parse_tests)
    analysis = analyse(replace(RUN, ending="SIGINT"), history, LAWS.truths)
    assert [item.number for item in analysis.iterations] == [1]
    assert analysis.verdict is Verdict.PASS


def test_without_an_end_mark_or_an_iteration_nothing_passes() -> None:
    history = list(judge_all([_evidence(0), _evidence(1)], LAWS, RUN, parse_tests))
    assert analyse(RUN, history, LAWS.truths).verdict is Verdict.UNKNOWN
    ended = replace(RUN, ending="time is up")
    assert analyse(ended, history[:1], LAWS.truths).verdict is Verdict.UNKNOWN
    assert analyse(ended, history, LAWS.truths).verdict is Verdict.PASS
