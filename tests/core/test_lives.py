"""What becomes of a finding: its class, when it should have healed, and whether it did."""

from typing import Any

import pytest

from harness.core.findings.findings import Finding, follow
from harness.core.findings.terms import Terms
from harness.core.findings.waiver import Waiver
from harness.core.iterations.history import Iteration, Run, TestResult, TestRun
from harness.core.rules.invariant import Breach, Check, Doubt, Excuse
from harness.core.rules.origin import Healing, Origin
from harness.core.rules.verdict import Verdict
from harness.core.runs.analysis import Analysis, analyse

RULE = "domain_has_server"
REAPER = Healing("nova's reaper", 1800.0)
RUN = Run("r", "lab", 0.0, "soakabc", ending="iterations done")
PASSED = TestRun("finished", "", (TestResult("a.B.c", "passed", 1.0),))


def lost(**changes: Any) -> Breach:
    given = {"healing": REAPER, "origin": Origin.CLOUD_LOST} | changes
    return Breach("uuid1", "host1", given.pop("message", "no server"), **given)


def history(*said: Breach | Doubt | None, step: float = 600.0) -> list[Iteration]:
    """One iteration for each, ``step`` seconds apart; the first is the baseline."""
    return [_iteration(n, item, step * n) for n, item in enumerate(said)]


def _iteration(number: int, item: Breach | Doubt | None, at: float) -> Iteration:
    breaches = (item,) if isinstance(item, Breach) else ()
    doubts = (item,) if isinstance(item, Doubt) else ()
    return Iteration(
        number,
        at,
        at + 60,
        (Check(RULE, breaches, doubts),),
        PASSED if number else None,
        looked=at + 50,
        stood={(RULE, b.subject, b.host): at + 40 for b in breaches},
    )


def judged(*said: Breach | Doubt | None, step: float = 600.0, **terms: Any) -> Analysis:
    given = Terms(**{"baseline_fails": False, **terms})
    return analyse(RUN, history(*said, step=step), {RULE: "A truth."}, given)


def only(analysis: Analysis) -> Finding:
    [finding] = analysis.findings
    return finding


def test_what_the_cloud_lost_and_is_gone_has_healed() -> None:
    finding = only(judged(None, lost(), lost(), None))
    assert finding.origin is Origin.HEALED
    assert (finding.opened_at, finding.last_at, finding.closed_at) == (640.0, 1250.0, 1850.0)
    assert finding.healed_after == 1210.0
    assert (finding.due, finding.overdue, finding.healed_in_time) == (2440.0, False, True)


def test_what_is_open_keeps_its_class() -> None:
    finding = only(judged(None, lost()))
    assert (finding.origin, finding.healed_after) == (Origin.CLOUD_LOST, None)


@pytest.mark.parametrize("origin", [Origin.TEST_LEFT, Origin.FOREIGN, Origin.UNKNOWN])
def test_what_the_cloud_did_not_lose_cannot_heal(origin: Origin) -> None:
    finding = only(judged(None, lost(origin=origin), None))
    assert (finding.origin, finding.healed_after) == (origin, None)
    assert not finding.healed_in_time


def test_what_stood_in_the_baseline_is_foreign_for_ever() -> None:
    finding = only(judged(lost(), lost(), None))
    assert (finding.origin, finding.in_baseline) == (Origin.FOREIGN, True)
    assert finding.healed_after is None


def test_what_is_seen_after_its_time_is_overdue() -> None:
    finding = only(judged(None, lost(), lost(), lost(), lost(), lost()))
    assert (finding.due, finding.last_at, finding.overdue) == (2440.0, 3050.0, True)


def test_what_was_not_seen_after_its_time_is_not_called_overdue() -> None:
    unseen = Doubt("host1", "host1", "not seen")
    finding = only(judged(None, lost(), unseen, unseen, unseen, unseen))
    assert (finding.closed, finding.overdue) == (None, False)


def test_the_time_runs_from_when_something_could_heal_it() -> None:
    frozen = lost(healing=None)
    assert only(judged(None, frozen)).due is None
    assert only(judged(None, frozen, lost())).due == 1240.0 + 1800
    assert only(judged(None, lost(), frozen)).due is None
    assert only(judged(None, lost(), frozen, lost())).due == 640.0 + 1800


def test_what_healed_in_time_fails_its_iterations_and_not_the_run() -> None:
    analysis = judged(None, lost(), lost(), None)
    assert [item.verdict for item in analysis.iterations] == ["FAIL", "FAIL", "PASS"]
    assert analysis.verdict is Verdict.PASS
    assert not analysis.counts(only(analysis))
    [(aside, numbers)] = analysis.rules[0].asides
    assert list(numbers) == [1, 2]
    assert (aside.excuse, aside.reason) == (Excuse.HEALED, "nova's reaper healed it in time")


def test_what_healed_fails_the_run_where_the_terms_say_so() -> None:
    analysis = judged(None, lost(), None, healed_fails=True)
    assert analysis.verdict is Verdict.FAIL
    assert analysis.counts(only(analysis))


@pytest.mark.parametrize(
    ("said", "step"),
    [
        ((None, lost()), 600.0),
        ((None, lost(), lost(), None), 2000.0),
        ((None, lost(healing=None), None), 600.0),
        ((None, lost(origin=Origin.TEST_LEFT), None), 600.0),
        ((None, lost(), None, lost()), 600.0),
    ],
    ids=["not yet", "late", "nothing was to heal it", "a test's", "it came back"],
)
def test_what_did_not_heal_as_it_should_fails_the_run(said: Any, step: float) -> None:
    assert judged(*said, step=step).verdict is Verdict.FAIL


def test_what_stood_in_the_baseline_is_set_aside() -> None:
    analysis = judged(lost(), lost(), lost())
    assert [item.verdict for item in analysis.history] == ["FAIL", "PASS", "PASS"]
    assert analysis.verdict is Verdict.PASS
    assert analysis.iterations[0].checks[0].aside[0].excuse is Excuse.OLD
    assert judged(lost(), lost(), baseline_fails=True).verdict is Verdict.FAIL


def test_what_came_back_after_the_baseline_is_new() -> None:
    analysis = judged(lost(), None, lost())
    assert [item.verdict for item in analysis.iterations] == ["PASS", "FAIL"]
    assert [finding.in_baseline for finding in analysis.findings] == [True, False]


def test_what_holds_more_than_at_the_baseline_counts() -> None:
    small, large = lost(amounts={"vcpus": 1}), lost(amounts={"vcpus": 2})
    assert judged(small, small).verdict is Verdict.PASS
    assert judged(large, small).verdict is Verdict.PASS
    assert judged(small, large).verdict is Verdict.FAIL
    assert judged(small, lost(amounts={"disk_gb": 1})).verdict is Verdict.FAIL


def test_a_host_that_is_wrong_in_another_way_than_at_the_baseline_counts() -> None:
    def tracker(message: str) -> Breach:
        return Breach("host1", "host1", message)

    assert judged(tracker("2 too many"), tracker("2 too many")).verdict is Verdict.PASS
    assert judged(tracker("2 too many"), tracker("9 too many")).verdict is Verdict.FAIL


def test_judging_again_what_was_judged_changes_nothing() -> None:
    waivers = (Waiver(RULE, "uuid1", "known", "bug 1", "1970-01-01"),)
    for said in ((lost(), lost(), None), (None, lost(), None), (None, lost(), lost())):
        for terms in (Terms(), Terms(waivers=waivers), Terms(True, True)):
            once = analyse(RUN, history(*said), {}, terms)
            assert analyse(RUN, once.history, {}, terms) == once


def test_what_is_set_aside_still_closes_where_another_thing_is_doubted() -> None:
    other = Doubt("uuid9", "host9", "busy", passing=True)
    said = history(lost(), lost(), None)
    both = (Check(RULE, (Breach("uuid2", "host2", "old"),), (other,)),)
    said[2] = Iteration(2, 1200.0, 1260.0, both, PASSED)
    raw = follow(said)
    again = follow(analyse(RUN, said, {}, Terms()).history)
    assert [f.closed for f in raw] == [f.closed for f in again] == [2, None]


def test_a_finding_has_the_same_short_name_in_every_judgement() -> None:
    first = only(judged(None, lost(), None))
    assert first.id == only(judged(None, lost(message="other words"))).id
    assert first.id != only(judged(None, None, lost())).id
    assert len(first.id) == 8
