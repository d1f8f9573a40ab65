"""JUnit cases: what fails, what errs, what is skipped, and what the text says."""

import xml.etree.ElementTree as ET
from dataclasses import replace

from harness.core.findings.terms import Terms
from harness.core.findings.waiver import Waiver
from harness.core.iterations.history import Run
from harness.core.rules.invariant import Check
from harness.core.rules.origin import Healing, Origin
from harness.core.runs.analysis import Analysis, analyse
from harness.reports import junit
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

FAILED = result(STOP.name, "failed", 3.0, "Traceback\nBoom: no")


def run_file(judged: Analysis) -> ET.Element:
    return ET.fromstring(junit.render(judged)[junit.RUN_FILE])


def iteration_file(judged: Analysis, number: int) -> ET.Element:
    return ET.fromstring(junit.render(judged)[f"junit/iterations/iteration-{number:06d}.xml"])


def case(root: ET.Element, name: str) -> ET.Element:
    found = [each for each in root.iter("testcase") if each.get("name") == name]
    assert len(found) == 1
    return found[0]


def outcome(root: ET.Element, name: str) -> str:
    """Return the tag of the case's child, "passed" where it has none."""
    return next((child.tag for child in case(root, name)), "passed")


def text(root: ET.Element, name: str) -> str:
    child = next(iter(case(root, name)))
    return f"{child.get('message')}\n{child.text or ''}"


def names(root: ET.Element) -> list[tuple[str, str, str]]:
    return [
        (suite.get("name", ""), each.get("classname", ""), each.get("name", ""))
        for suite in root.iter("testsuite")
        for each in suite.iter("testcase")
    ]


def properties(root: ET.Element) -> dict[str, str]:
    return {p.get("name", ""): p.get("value", "") for p in root.iter("property")}


def test_names_hold_nothing_of_the_run_and_do_not_grow_with_it() -> None:
    expected = [
        ("harness.run", "harness.run", "run_ended"),
        ("harness.run", "harness.run", "evidence_whole"),
        ("harness.run", "harness.run", "tests_ran"),
        ("harness.run", "harness.run", "servers_booted"),
        ("harness.invariants", "harness.invariants", "allocation_has_consumer"),
        ("harness.invariants", "harness.invariants", "domain_has_server"),
        ("tempest", "tempest.api.test_servers.ServersTest", "test_boot"),
        ("tempest", "tempest.api.test_servers.ServersTest", "test_stop"),
    ]
    assert names(run_file(good())) == expected
    assert names(run_file(leaking())) == expected


def test_a_leak_is_told_with_host_views_and_since() -> None:
    told = text(run_file(leaking()), "domain_has_server")
    assert "1 breach in iterations 2-3: expected a server, seen none" in told
    assert "expected: Every domain of a hypervisor belongs to a server." in told
    assert "- 5f3c on compute1, since iteration 2, last seen in iteration 3, not gone" in told
    assert "nova: none" in told
    assert "at the baseline: held" in told


def test_an_iteration_does_not_know_what_came_later() -> None:
    gone = analysis(iteration(1, checks(LEAK)), iteration(2, checks(LEAK)), iteration(3))
    assert "gone in iteration 3" in text(run_file(gone), "domain_has_server")
    told = text(iteration_file(gone, 2), "domain_has_server")
    assert "since iteration 1, last seen in iteration 2" in told
    assert "gone in" not in told


def test_what_stood_in_the_baseline_alone_fails_no_run() -> None:
    before = iteration(0, checks(allocation=(OLD,)))
    judged = analyse(RUN, [before, iteration(1)], TRUTHS)
    assert outcome(run_file(judged), "allocation_has_consumer") == "passed"
    assert outcome(iteration_file(judged, 0), "allocation_has_consumer") == "failure"


def test_what_stood_in_the_baseline_and_stays_is_told_and_fails_nothing() -> None:
    old = checks(allocation=(OLD,))
    history = [iteration(0, old), iteration(1, old)]
    judged = analyse(RUN, history, TRUTHS, Terms(baseline_fails=False))
    for root in (run_file(judged), iteration_file(judged, 1)):
        assert outcome(root, "allocation_has_consumer") == "skipped"
        told = text(root, "allocation_has_consumer")
        assert "1 breach set aside: 1 from before the first test" in told
        assert "- 0ld on compute2" in told


def test_what_stood_in_the_baseline_fails_where_the_terms_say_so() -> None:
    old = checks(allocation=(OLD,))
    history = [iteration(0, old), iteration(1, old)]
    judged = analyse(RUN, history, TRUTHS, Terms(baseline_fails=True))
    told = text(run_file(judged), "allocation_has_consumer")
    assert "since the baseline, last seen in iteration 1" in told
    assert "at the baseline: failed" in told


def test_what_healed_in_time_is_skipped_in_the_run_and_fails_in_its_iteration() -> None:
    lost = replace(LEAK, healing=Healing("the reaper", 1800.0), origin=Origin.CLOUD_LOST)
    judged = analysis(iteration(1, checks(lost)), iteration(2))
    assert outcome(run_file(judged), "domain_has_server") == "skipped"
    told = text(run_file(judged), "domain_has_server")
    assert "1 breach set aside: 1 healed in time" in told
    assert "- 5f3c on compute1, healed in time in iteration 1: the reaper healed it in time" in told
    assert outcome(iteration_file(judged, 1), "domain_has_server") == "failure"


def test_what_is_waived_is_skipped_with_its_bug() -> None:
    waiver = Waiver("domain_has_server", "5f3c", "known", "bug 7", "2027-01-01")
    idle = Waiver("domain_has_server", "x", "known", "bug 8", "2027-01-01")
    history = [iteration(0), iteration(1, checks(LEAK))]
    judged = analyse(RUN, history, TRUTHS, Terms(waivers=(waiver, idle)))
    for root in (run_file(judged), iteration_file(judged, 1)):
        assert outcome(root, "domain_has_server") == "skipped"
        assert "bug 7: known (until 2027-01-01)" in text(root, "domain_has_server")
    assert outcome(run_file(judged), "waivers_needed") == "skipped"
    assert "MATCHED NOTHING" in text(run_file(judged), "waivers_needed")
    needed = analyse(RUN, history, TRUTHS, Terms(waivers=(waiver,)))
    assert outcome(run_file(needed), "waivers_needed") == "passed"


def test_a_doubt_is_an_error_with_its_reason() -> None:
    root = run_file(analysis(iteration(1, checks(TORN)), iteration(2)))
    assert outcome(root, "domain_has_server") == "error"
    assert "domains on compute2 was not seen: no route" in text(root, "domain_has_server")


def test_a_rule_that_does_not_apply_is_skipped_and_one_never_judged_is_there() -> None:
    only = (Check("allocation_has_consumer"), Check("only_in_run", skipped="this is no run"))
    root = run_file(analysis(iteration(1, only)))
    assert outcome(root, "only_in_run") == "skipped"
    assert "this is no run" in text(root, "only_in_run")
    assert outcome(root, "domain_has_server") == "skipped"


def test_torn_evidence_leaves_no_rule_passing() -> None:
    root = run_file(analysis(iteration(1), iteration(2, (), broken="capture.json is cut")))
    assert outcome(root, "evidence_whole") == "error"
    assert "iteration 2: capture.json is cut" in text(root, "evidence_whole")
    assert outcome(root, "domain_has_server") == "error"


def test_a_run_without_end_mark_errs() -> None:
    cut = analysis(iteration(1), run=Run("r", "lab", 0.0, "soak-"))
    assert outcome(run_file(cut), "run_ended") == "error"
    assert "cut off" in text(run_file(cut), "run_ended")


def test_a_test_that_failed_once_fails_with_its_iterations_and_newest_detail() -> None:
    older = result(STOP.name, "failed", 1.0, "older")
    judged = analysis(
        iteration(1, tests=ran(BOOT, older)),
        iteration(2, tests=ran(BOOT, FAILED)),
        iteration(3),
    )
    root = run_file(judged)
    told = text(root, "test_stop")
    assert "failed in iterations 1-2 (2 of 3)" in told
    assert "Boom: no" in told and "older" not in told
    assert outcome(root, "test_boot") == "passed"
    assert case(root, "test_stop").get("time") == "1.667"


def test_a_failure_without_detail_stays_a_failure() -> None:
    bare = result(STOP.name, "unfinished")
    root = run_file(analysis(iteration(1, tests=ran(BOOT, bare))))
    assert outcome(root, "test_stop") == "failure"


def test_a_missing_test_errs_and_so_does_tests_ran() -> None:
    lost = result(STOP.name, "missing")
    root = run_file(analysis(iteration(1, tests=ran(BOOT, lost))))
    assert outcome(root, "test_stop") == "error"
    assert "1 test never began: tempest.api" in text(root, "tests_ran")


def test_hanging_tests_fail_and_crashed_ones_err() -> None:
    hung = ran(ending="timeout", explanation="no end after 600 s")
    crashed = ran(ending="crashed", explanation="signal 9")
    both = run_file(analysis(iteration(1, tests=crashed), iteration(2, tests=hung)))
    assert outcome(both, "tests_ran") == "failure"
    assert "iteration 2: expected finished, seen timeout" in text(both, "tests_ran")
    assert outcome(run_file(analysis(iteration(1, tests=crashed))), "tests_ran") == "error"


def test_class_fixtures_keep_their_class_and_arguments_their_dots() -> None:
    fixture = result("a.b.Class.setUpClass", "failed")
    scenario = result("a.b.Class.test_x(image 1.2)", "passed")
    bare = result("oddity", "passed")
    found = names(run_file(analysis(iteration(1, tests=ran(fixture, scenario, bare)))))
    assert ("tempest", "a.b.Class", "setUpClass") in found
    assert ("tempest", "a.b.Class", "test_x(image 1.2)") in found
    assert ("tempest", "tempest", "oddity") in found


def test_amounts_not_seen_are_unknown_and_negative_deltas_show() -> None:
    judged = analysis(iteration(1, domains=None), iteration(2, domains=-1.0))
    assert properties(iteration_file(judged, 1))["delta.compute1.domains"] == "unknown"
    assert properties(iteration_file(judged, 1))["amount.compute1.domains"] == "unknown"
    assert properties(run_file(judged))["delta.compute1.domains"] == "-3"
    assert properties(run_file(judged))["amount.compute1.disk"] == "1.5"


def test_without_a_baseline_no_delta_is_known() -> None:
    judged = analyse(RUN, [iteration(1)], TRUTHS)
    assert properties(run_file(judged))["delta.compute1.domains"] == "unknown"


def test_a_text_of_ten_megabytes_is_cut_and_says_so() -> None:
    long = result(STOP.name, "failed", 1.0, "x" * 10_000_000)
    judged = analysis(iteration(1, tests=ran(BOOT, long)))
    written = junit.render(judged)[junit.RUN_FILE]
    assert len(written) < 20_000
    assert "... 9996000 more characters ..." in written


def test_many_findings_are_counted_beyond_the_cap() -> None:
    many = tuple(type(LEAK)(f"s{n:03d}", "compute1", "m") for n in range(50))
    told = text(run_file(analysis(iteration(1, checks(*many)))), "domain_has_server")
    assert "findings: 50" in told
    assert "... 10 more findings" in told


def test_the_timestamp_is_of_the_evidence() -> None:
    suites = list(iteration_file(good(), 1).iter("testsuite"))
    assert {suite.get("timestamp") for suite in suites} == {"2026-01-31T12:10:00Z"}
