"""What faults excuse, and for how long; what never recovers counts."""

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from harness.core.faults.fault_plan import Step
from harness.core.faults.fault_windows import Look, Window, broken, doubted, event, windows_of
from harness.core.findings.fault_excuses import Trials
from harness.core.findings.terms import Terms
from harness.core.findings.waiver import Waiver
from harness.core.iterations.history import DISTURBED, Iteration, Run, TestResult, TestRun
from harness.core.rules.invariant import Breach, Check, Doubt, Excuse
from harness.core.rules.origin import Origin
from harness.core.rules.verdict import Verdict
from harness.core.runs.analysis import Analysis, analyse
from harness.core.runs.judged_json import Judged, judged_as_json, judged_from_json
from harness.reports.everything import render_all

RULE = "a_rule"
STEP = Step(1, "kill", "command", iteration=2, make=("a",), heal=("b",), recovers_within=60.0)
RUN = Run("run", "cloud", 0.0, "soak", ending="iterations done", ended=1e6, faults=(STEP,))
LOST = Breach("thing", "", "lost", origin=Origin.CLOUD_LOST)
LEFT = Breach("left", "", "left", origin=Origin.TEST_LEFT)
UNSEEN = Doubt("servers", "", "HTTP 503")
OK, BAD = "passed", "failed"


def looks(*wrong: tuple[float, Sequence[Breach | Doubt]]) -> tuple[Look, ...]:
    return tuple(
        Look(at, at + 1, broken([_check(items)]), doubted([_check(items)])) for at, items in wrong
    )


def _check(items: Sequence[Breach | Doubt]) -> Check:
    return Check(
        RULE,
        tuple(item for item in items if isinstance(item, Breach)),
        tuple(item for item in items if isinstance(item, Doubt)),
    )


def iteration(
    number: int,
    *seen: tuple[float, Sequence[Breach | Doubt]],
    test: str = OK,
    windows: tuple[Window, ...] = (),
    **changes: Any,
) -> Iteration:
    """An iteration whose looks saw ``seen``; each took a second. Its tests took all time before."""
    start, last = seen[0][0], seen[-1]
    tests = TestRun("finished", "", (TestResult("m.C.test", test, 1.0),)) if number else None
    began = number * 100.0
    made = Iteration(
        number,
        began,
        last[0] + 1,
        (_check(last[1]),),
        tests,
        phases={"tests": start - began},
        looked=last[0],
        windows=windows,
        looks=looks(*seen) if windows else (),
    )
    return replace(made, **changes)


def window(begun: float = 210.0, healed: float | None = 230.0, **changes: Any) -> Window:
    step = replace(STEP, **changes)
    return Window(step, begun, healed, healed)


def judged(*items: Iteration, terms: Terms | None = None, **run: Any) -> Analysis:
    windows = items[-1].windows
    baseline = iteration(0, (1.0, ()))
    return analyse(
        replace(RUN, windows=windows, **run), [baseline, *items], {RULE: "A truth."}, terms
    )


def test_what_breaks_while_it_is_at_work_is_set_aside_and_told() -> None:
    open_now = (window(healed=None),)
    done = (window(),)
    analysis = judged(
        iteration(1, (180.0, ())),
        iteration(2, (220.0, [LOST]), test=BAD, windows=open_now),
        iteration(3, (380.0, ()), windows=done),
    )
    second = analysis.history[2]
    (aside,) = second.checks[0].aside
    assert (aside.excuse, second.checks[0].breaches) == (Excuse.FAULT, ())
    assert "kill" in aside.reason
    assert second.faults == ("kill",)
    assert second.tests is not None
    assert [r.status for r in second.tests.results] == [DISTURBED]
    assert second.verdict is Verdict.UNKNOWN
    assert analysis.verdict is Verdict.PASS


def test_recovery_is_from_the_healing_to_the_first_calm_look() -> None:
    analysis = judged(
        iteration(1, (180.0, ())),
        iteration(
            2, (220.0, [LOST]), (235.0, [LOST]), (240.0, ()), (245.0, ()), windows=(window(),)
        ),
    )
    (trial,) = analysis.faults
    assert (trial.recovered, trial.recovery, trial.verdict) == (241.0, 11.0, Verdict.PASS)


def test_a_calm_look_before_the_healing_is_no_recovery() -> None:
    analysis = judged(
        iteration(1, (180.0, ())), iteration(2, (220.0, ()), (229.0, ()), windows=(window(),))
    )
    assert analysis.faults[0].recovered is None
    assert analysis.verdict is Verdict.UNKNOWN


def test_a_calm_look_that_did_not_last_is_no_recovery() -> None:
    analysis = judged(
        iteration(1, (180.0, ())),
        iteration(2, (235.0, ()), (240.0, [LOST]), (250.0, ()), windows=(window(),)),
    )
    assert analysis.faults[0].recovery == 21.0


def test_what_never_recovers_counts_with_the_fault_as_suspect() -> None:
    analysis = judged(
        iteration(1, (180.0, ())),
        iteration(2, (240.0, [LOST]), windows=(window(),)),
        iteration(3, (380.0, [LOST]), windows=(window(),)),
        iteration(4, (480.0, [LOST]), windows=(window(),)),
    )
    assert [item.verdict for item in analysis.iterations] == [
        Verdict.PASS,
        Verdict.PASS,
        Verdict.FAIL,
        Verdict.FAIL,
    ]
    (trial,), (finding,) = analysis.faults, analysis.findings
    assert (trial.late_in, trial.verdict) == (3, Verdict.FAIL)
    assert finding.suspect == "fault 'kill'"
    assert analysis.counts(finding)
    assert analysis.verdict is Verdict.FAIL


def test_recovery_after_its_time_is_told_and_still_fails() -> None:
    analysis = judged(
        iteration(1, (180.0, ())),
        iteration(2, (240.0, [LOST]), windows=(window(),)),
        iteration(3, (380.0, [LOST]), windows=(window(),)),
        iteration(4, (480.0, ()), windows=(window(),)),
    )
    (trial,) = analysis.faults
    assert (trial.recovery, trial.verdict) == (251.0, Verdict.FAIL)


def test_what_is_not_known_in_the_end_is_no_failure_and_no_pass() -> None:
    analysis = judged(
        iteration(1, (180.0, ())),
        iteration(2, (240.0, [UNSEEN]), windows=(window(),)),
        iteration(3, (380.0, [UNSEEN]), windows=(window(),)),
    )
    assert analysis.faults[0].verdict is Verdict.UNKNOWN
    assert analysis.verdict is Verdict.UNKNOWN


def test_what_is_not_seen_meanwhile_is_unknown_then_and_not_judged_in_the_run() -> None:
    analysis = judged(
        iteration(1, (180.0, ())),
        iteration(2, (220.0, [UNSEEN]), (240.0, [UNSEEN]), windows=(window(),)),
        iteration(3, (280.0, ()), windows=(window(),)),
    )
    assert analysis.history[2].rules_verdict is Verdict.UNKNOWN
    (rule,) = analysis.rules
    assert (rule.judged, rule.verdict) == (2, Verdict.PASS)
    assert analysis.verdict is Verdict.PASS


def test_what_stood_before_is_not_hidden_and_not_waited_for() -> None:
    analysis = judged(
        iteration(1, (180.0, [LOST])),
        iteration(2, (220.0, [LOST]), (240.0, [LOST]), windows=(window(),)),
    )
    assert analysis.history[2].checks[0].breaches == (LOST,)
    assert analysis.faults[0].recovery == 11.0
    assert analysis.findings[0].suspect == ""
    assert analysis.verdict is Verdict.FAIL


def test_what_the_iteration_saw_before_it_began_is_not_hidden() -> None:
    analysis = judged(
        iteration(1, (180.0, ())),
        iteration(2, (205.0, [LOST]), (240.0, [LOST]), windows=(window(begun=210.0),)),
    )
    assert analysis.history[2].checks[0].breaches == (LOST,)
    assert analysis.verdict is Verdict.FAIL


def test_tests_that_had_ended_before_it_began_count() -> None:
    analysis = judged(
        iteration(1, (180.0, ())),
        iteration(2, (205.0, ()), (240.0, ()), test=BAD, windows=(window(begun=210.0),)),
    )
    assert analysis.history[2].verdict is Verdict.FAIL
    assert analysis.verdict is Verdict.FAIL


def test_what_comes_after_the_recovery_counts() -> None:
    analysis = judged(
        iteration(1, (180.0, ())),
        iteration(2, (240.0, ()), windows=(window(),)),
        iteration(3, (380.0, [LOST]), test=BAD, windows=(window(),)),
    )
    assert analysis.history[3].verdict is Verdict.FAIL
    assert analysis.history[3].faults == ()
    assert analysis.verdict is Verdict.FAIL


def test_what_disturbed_tests_left_is_told_and_not_waited_for() -> None:
    analysis = judged(
        iteration(1, (180.0, ())),
        iteration(2, (240.0, [LEFT]), test=BAD, windows=(window(),)),
        iteration(3, (380.0, [LEFT]), windows=(window(),)),
    )
    assert analysis.faults[0].recovery == 11.0
    (aside,) = analysis.history[3].checks[0].aside
    assert (aside.excuse, analysis.verdict) == (Excuse.FAULT, Verdict.PASS)
    assert analysis.findings[0].suspect == "fault 'kill'"


def test_what_tests_left_counts_where_none_was_disturbed() -> None:
    analysis = judged(
        iteration(1, (180.0, ())),
        iteration(2, (240.0, [LEFT]), windows=(window(),)),
        iteration(3, (380.0, [LEFT]), windows=(window(),)),
    )
    assert analysis.verdict is Verdict.FAIL


def test_leftovers_count_where_the_plan_says_so() -> None:
    done = (window(leftovers_fail=True),)
    analysis = judged(
        iteration(1, (180.0, ())),
        iteration(2, (240.0, [LEFT]), test=BAD, windows=done),
        iteration(3, (380.0, [LEFT]), windows=done),
    )
    assert analysis.faults[0].verdict is Verdict.FAIL
    assert analysis.verdict is Verdict.FAIL


def test_what_is_waived_is_not_waited_for() -> None:
    waiver = Waiver(RULE, "*", "known", "bug", "2026-12-31")
    analysis = judged(
        iteration(1, (180.0, ())),
        iteration(2, (240.0, [LOST]), windows=(window(),)),
        terms=Terms(waivers=(waiver,)),
    )
    assert analysis.history[2].checks[0].aside[0].excuse is Excuse.WAIVED
    assert analysis.faults[0].recovery == 11.0


def test_what_an_earlier_fault_broke_for_good_is_not_laid_at_the_door_of_the_next() -> None:
    first = window(recovers_within=100.0)
    second = window(begun=250.0, healed=255.0, number=2, name="later", recovers_within=100.0)
    analysis = judged(
        iteration(1, (180.0, ())),
        iteration(2, (240.0, [LOST]), (280.0, [LOST]), (335.0, [LOST]), windows=(first, second)),
        iteration(3, (400.0, [LOST]), windows=(first, second)),
    )
    broke, later = analysis.faults
    assert (broke.verdict, later.verdict, later.recovery) == (Verdict.FAIL, Verdict.PASS, 26.0)
    (finding,) = analysis.findings
    assert finding.suspect == "fault 'kill'"
    assert analysis.counts(finding)


def test_what_was_calm_until_the_next_fault_had_recovered() -> None:
    second = window(begun=250.0, healed=255.0, number=2, name="later")
    analysis = judged(
        iteration(1, (180.0, ())),
        iteration(2, (240.0, ()), (260.0, [LOST]), (280.0, ()), windows=(window(), second)),
    )
    assert [trial.recovery for trial in analysis.faults] == [11.0, 26.0]


def test_two_faults_at_once_wait_for_each_other() -> None:
    other = replace(STEP, number=2, name="pause")
    both = (window(), Window(other, 215.0, 300.0, 300.0))
    analysis = judged(
        iteration(1, (180.0, ())),
        iteration(2, (240.0, [LOST]), windows=(both[0], Window(other, 215.0))),
        iteration(3, (310.0, ()), windows=both),
        faults=(STEP, other),
    )
    assert [trial.recovery for trial in analysis.faults] == [81.0, 11.0]
    assert analysis.history[2].faults == ("kill", "pause")
    assert analysis.verdict is Verdict.PASS


@pytest.mark.parametrize("kind", ["failed", "unhealed"])
def test_a_fault_that_was_not_as_planned_is_no_pass(kind: str) -> None:
    told = [event("begun", STEP, 210.0), event(kind, STEP, 211.0, "exit 1")]
    told += [event("healing", STEP, 220.0)]
    told += [event("healed", STEP, 230.0)] if kind == "failed" else []
    analysis = judged(
        iteration(1, (180.0, ())), iteration(2, (240.0, ()), windows=windows_of([STEP], told))
    )
    assert "exit 1" in analysis.faults[0].window.problem
    assert analysis.verdict is Verdict.UNKNOWN


def test_what_was_healed_at_last_was_healed() -> None:
    kinds = ["begun", "made", "healing", "unhealed", "healed"]
    told = [event(kind, STEP, 200.0 + n, "said") for n, kind in enumerate(kinds)]
    (seen,) = windows_of([STEP], told)
    assert seen == Window(STEP, 200.0, 202.0, 204.0, "", "said")


def test_what_goes_by_itself_is_measured_from_when_it_was_made() -> None:
    step = replace(STEP, by_itself=True)
    told = [event(k, step, at) for k, at in (("begun", 1.0), ("made", 2.0), ("healed", 32.0))]
    (seen,) = windows_of([step], told)
    assert (seen.over, seen.healed) == (2.0, 32.0)


def test_an_iteration_is_judged_the_same_whatever_comes_after() -> None:
    items = [
        iteration(1, (180.0, ())),
        iteration(2, (220.0, [LOST]), test=BAD, windows=(window(healed=None),)),
        iteration(3, (380.0, [LOST]), windows=(window(),)),
    ]
    early, late = judged(*items[:2]), judged(*items)
    assert early.history[2] == late.history[2]


def test_what_gave_up_its_captures_is_judged_the_same() -> None:
    items = [
        iteration(1, (180.0, ())),
        iteration(2, (220.0, [LOST]), (240.0, [UNSEEN]), test=BAD, windows=(window(),)),
        iteration(3, (380.0, ()), windows=(window(),)),
    ]
    kept = [json.loads(json.dumps(judged_as_json(Judged(item)))) for item in items]
    again = [judged_from_json(each).iteration for each in kept]
    assert again == items
    assert judged(*again).faults == judged(*items).faults


@pytest.mark.parametrize(
    ("limit", "verdict", "late"), [(3, Verdict.PASS, None), (2, Verdict.FAIL, 3)]
)
def test_a_limit_in_iterations_counts_from_the_first_look_after_the_healing(
    limit: int, verdict: Verdict, late: int | None
) -> None:
    """Each look is a week after the one before: no time counts."""
    week = 7 * 86400.0
    mine = (window(recovers_within=1.0, recovers_in=limit),)
    analysis = judged(
        iteration(1, (180.0, ())),
        iteration(2, (235.0, [LOST]), (240.0, [LOST]), windows=mine),
        iteration(3, (240.0 + week, [LOST]), windows=mine),
        iteration(4, (240.0 + 2 * week, ()), windows=mine),
    )
    (trial,) = analysis.faults
    assert (trial.verdict, trial.late_in, trial.looked_in) == (verdict, late, 2)
    assert analysis.verdict is verdict
    assert f"{limit} iterations" in render_all(analysis)["junit/run.xml"] or verdict is Verdict.PASS


def test_nobody_settles_longer_for_a_limit_in_iterations() -> None:
    for limit, waits in ((0, True), (3, False)):
        mine = (window(recovers_in=limit),)
        item = iteration(2, (235.0, [LOST]), windows=mine)
        assert Trials().awaits(item) is waits


def test_a_run_in_which_faults_left_no_test_to_pass_tested_nothing() -> None:
    first = window(begun=110.0, healed=130.0, iteration=1)
    hit = iteration(1, (140.0, ()), (160.0, ()), test=BAD, windows=(first,))
    alone = judged(hit)
    assert alone.verdict is Verdict.UNKNOWN
    files = render_all(alone)
    assert "nothing was tested" in files["report.txt"].splitlines()[0]
    assert "nothing was tested" in files["junit/run.xml"]
    later = judged(hit, iteration(2, (300.0, ()), windows=(first,)))
    assert later.verdict is Verdict.PASS
    assert "nothing was tested" not in render_all(later)["report.txt"]
