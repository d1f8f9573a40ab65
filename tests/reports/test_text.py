"""The report that a person reads, and the run as JSON."""

import json
from dataclasses import replace
from typing import Any

import pytest

from harness.core.findings.terms import Terms
from harness.core.findings.waiver import Waiver
from harness.core.iterations.history import Run
from harness.core.rules.invariant import Breach
from harness.core.rules.origin import Healing, Origin
from harness.core.runs.analysis import Analysis, analyse
from harness.reports import summary, text
from harness.reports.headline import headline
from harness.reports.layout import WIDTH
from tests.reports.examples import (
    BOOT,
    LEAK,
    OLD,
    RUN,
    STOP,
    TORN,
    TRUTHS,
    analysis,
    checks,
    good,
    iteration,
    leaking,
    ran,
    result,
)


def report(judged: Analysis) -> str:
    return text.render(judged)["report.txt"]


def first(judged: Analysis) -> str:
    return report(judged).splitlines()[0]


def test_a_good_run_in_one_line() -> None:
    assert first(good()) == (
        "PASS  no leak in 2 iterations; 2 tests passed, 0 skipped; 2 invariants held"
    )


def test_a_leak_is_named_in_the_first_line() -> None:
    assert first(leaking()) == (
        "FAIL  1 leak in 3 iterations: 1 domain_has_server on compute1 since iteration 2"
    )


def test_a_cut_run_does_not_know() -> None:
    cut = analysis(iteration(1), run=Run("r", "lab", 0.0, "soak-"))
    assert first(cut) == (
        "UNKNOWN  it is not known whether anything leaks in 1 iteration; "
        "the run has no end mark: it was cut off or goes on"
    )
    assert first(analyse(RUN, [], TRUTHS)).startswith("UNKNOWN  it is not known")


def test_a_doubt_is_told_with_its_reason() -> None:
    told = report(analysis(iteration(1, checks(TORN))))
    assert told.startswith("UNKNOWN  it is not known whether anything leaks in 1 iteration; ")
    assert "UNKNOWN  domain_has_server        judged in 1, unknown in 1" in told
    assert "domains on compute2 was not seen: no route" in told


def test_failed_tests_alone_are_no_leak() -> None:
    failed = result(STOP.name, "failed", 1.0, "Traceback\nBoom: no")
    told = report(analysis(iteration(1), iteration(2, tests=ran(BOOT, failed))))
    assert told.startswith("FAIL  no leak in 2 iterations; 1 of 2 tests failed\n")
    assert "    1 of 2: iterations 2\n    Boom: no\n" in told


def test_findings_of_each_fate_have_their_place() -> None:
    old = checks(LEAK, allocation=(OLD,))
    judged = analyse(
        RUN,
        [iteration(0, checks(allocation=(OLD,))), iteration(1, old), iteration(2, old[:1])],
        TRUTHS,
    )
    judged = analyse(RUN, [*judged.history, iteration(3, checks(allocation=(OLD,)))], TRUTHS)
    told = report(judged)
    assert told.startswith("FAIL  no new leak in 3 iterations; 1 breach from before the first test")
    assert "came in an iteration and went: 1" in told
    assert "gone in iteration 3" in told


def test_what_stood_before_and_has_grown_is_told_in_the_first_line() -> None:
    small, large = (replace(LEAK, amounts={"vcpus": number}) for number in (1, 2))
    judged = analyse(
        RUN,
        [iteration(0, checks(small)), iteration(1, checks(small)), iteration(2, checks(large))],
        TRUTHS,
        Terms(baseline_fails=False),
    )
    told = (
        "1 breach from before the first test, of which 1 fails the run, since there is more of it"
    )
    assert headline(judged).startswith(f"FAIL  no new leak in 2 iterations; {told} now")


def _lost(**changes: Any) -> Breach:
    given = {"healing": Healing("the reaper", 1800.0), "origin": Origin.CLOUD_LOST}
    return replace(LEAK, **(given | changes))


def test_a_class_an_owner_and_what_it_holds_are_told() -> None:
    lost = _lost(owner="by a test (ServersTest)", amounts={"vcpus": 2, "memory_mb": 64})
    told = report(analysis(iteration(1, checks(lost))))
    assert told.startswith(
        "FAIL  1 leak in 1 iteration: 1 domain_has_server on compute1 since iteration 1 "
        "(cloud lost it)\n"
    )
    words = " ".join(told.split())
    assert "cloud lost it; by a test (ServersTest); holds 2 vCPUs, 64 MB" in words
    assert "the reaper should heal this until 2026-01-31T12:48:20Z" in words


def test_what_healed_in_time_passes_and_is_in_the_first_line() -> None:
    judged = analysis(iteration(1, checks(_lost())), iteration(2))
    told = report(judged)
    assert told.startswith("PASS  no leak in 2 iterations; 1 breach healed in time; ")
    assert told.splitlines()[0].endswith("; 1 invariant held")
    assert "healed by the cloud in time: 1" in told
    assert "1: FAIL (invariants FAIL, tests PASS)" in told
    assert "domain_has_server judged in 2; 1 breach set aside" in " ".join(told.split())
    data = json.loads(summary.render(judged)["summary.json"])
    assert (data["verdict"], data["counts"]["iterations_fail"]) == ("PASS", 1)
    assert data["counts"]["healed_in_time"] == 1
    [finding] = data["findings"]
    assert (finding["class"], finding["status"], finding["fails"]) == ("healed", "healed", False)
    assert finding["healed_after"] == 600


def test_what_is_overdue_is_told_so() -> None:
    stays = [iteration(n, checks(_lost())) for n in range(1, 6)]
    told = report(analysis(*stays))
    assert told.startswith("FAIL  1 leak in 5 iterations: ")
    assert told.splitlines()[0].endswith("since iteration 1 (overdue)")
    assert "OVERDUE: the reaper should have healed it until" in " ".join(told.split())


def test_waivers_are_told_with_what_became_of_them() -> None:
    waivers = tuple(
        Waiver("domain_has_server", subject, "known", "bug 7", until)
        for subject, until in (("5f3c", "2027-01-01"), ("x", "2027-01-01"), ("*", "2020-01-01"))
    )
    history = [iteration(0), iteration(1, checks(LEAK))]
    judged = analyse(RUN, history, TRUTHS, Terms(waivers=waivers))
    told = report(judged)
    assert told.startswith(
        "PASS  no leak in 1 iteration; 1 breach waived; 1 waiver matched nothing; 1 waiver expired;"
    )
    words = " ".join(told.split())
    assert "WAIVERS 3 covers 1 finding domain_has_server of 5f3c until 2027-01-01" in words
    assert "MATCHED NOTHING domain_has_server of x" in words
    assert "EXPIRED, 1 finding not covered any more" in words
    data = json.loads(summary.render(judged)["summary.json"])
    assert [waiver["matched_nothing"] for waiver in data["waivers"]] == [False, True, False]


def test_the_table_shows_what_moved() -> None:
    told = report(analysis(iteration(1, domains=0.0)))
    assert "compute1  domains  2         0    -2\n2 other numbers as at the baseline" in told


def test_lines_are_folded_and_the_first_is_not() -> None:
    long = Breach("5f3c", "compute1", "expected a server, seen none; " * 12)
    lines = report(analysis(iteration(1, checks(long)))).splitlines()
    assert max(map(len, lines[1:])) <= WIDTH


def test_many_failed_tests_are_capped() -> None:
    many = [result(f"m.C.test_{n:02d}", "failed", 1.0) for n in range(25)]
    told = report(analysis(iteration(1, tests=ran(*many))))
    assert "... 5 more tests" in told


def test_it_says_how_to_look_closer() -> None:
    assert report(leaking()).endswith("harness show 20260131T120000Z-night 2\n")


def test_the_summary_holds_the_findings_and_their_life() -> None:
    judged = analysis(iteration(1, checks(LEAK)), iteration(2, domains=None))
    data = json.loads(summary.render(judged)["summary.json"])
    assert data["verdict"] == "FAIL"
    assert data["headline"] == first(judged)
    assert data["deltas"]["compute1"] == {"disk": 0, "domains": None}
    [finding] = data["findings"]
    assert (finding["since"], finding["last"], finding["closed"]) == (1, 1, 2)
    assert finding["in_baseline"] is False
    rule = data["invariants"]["domain_has_server"]
    assert (rule["verdict"], rule["failed_in"], rule["judged_in"]) == ("FAIL", [[1, 1]], 2)
    assert data["counts"]["iterations_fail"] == 1
    assert [item["verdict"] for item in data["iterations"]] == ["FAIL", "PASS"]


@pytest.mark.parametrize(
    ("ending", "words"), [("crashed", "tests crashed"), ("timeout", "tests ran out of time")]
)
def test_tests_that_did_not_end_by_themselves_are_in_the_headline(ending: str, words: str) -> None:
    half = ran(BOOT, ending=ending, explanation="exit code 1")
    told = headline(analysis(iteration(1), iteration(2, tests=half)))
    assert f"; {words} in iteration 2" in told
    told = headline(analysis(iteration(1, tests=half), iteration(2, tests=half)))
    assert f"; {words} in iterations 1-2" in told


def test_an_interrupted_iteration_is_named_and_counts_for_nothing() -> None:
    half = ran(BOOT, ending="interrupted", explanation="ended by SIGINT")
    judged = analysis(iteration(1), iteration(2, checks(LEAK), tests=half))
    told = report(judged)
    assert told.startswith("PASS  no leak in 1 iteration; 2 tests passed, 0 skipped; ")
    assert "interrupted and not judged: iteration 2" in told.splitlines()[0]
    assert "2: interrupted, not judged" in told
    assert "stayed: 0" in told
