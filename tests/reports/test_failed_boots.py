"""What each report says of the servers that failed."""

import json
import re
from dataclasses import replace

from harness.core.iterations.boots import Cause, FailedBoot
from harness.core.runs.analysis import Analysis
from harness.reports.everything import render_run
from harness.reports.failed_boots import gist
from tests.reports.examples import analysis, good, iteration
from tests.reports.test_junit import names, outcome, run_file, text

BOOT = FailedBoot(
    "5e1f",
    "soakab-server-1",
    "by test ServersTest",
    "2026-01-31T12:10:00Z",
    "No valid host was found.",
    "req-1",
    "4 vCPUs, 512 MB, 1 GB",
    Cause.LEAKED,
    "compute1 has 2 of 8 vCPUs free, 6 are held by an allocation that has no consumer",
)


def failing(*boots: FailedBoot) -> Analysis:
    return analysis(iteration(1), replace(iteration(2), boots=boots))


def test_a_run_without_a_failed_server_says_nothing_but_that() -> None:
    assert "SERVERS THAT FAILED" not in render_run(good())["report.txt"]
    assert ("harness.run", "harness.run", "servers_booted") in names(run_file(good()))
    assert outcome(run_file(good()), "servers_booted") == "passed"


def test_each_report_says_who_failed_and_why() -> None:
    judged = failing(BOOT)
    files = render_run(judged)
    for told in (files["report.txt"], text(run_file(judged), "servers_booted")):
        assert "1 server failed: 1 because nova leaks" in told
        assert "iteration 2: server 5e1f: soakab-server-1, by test ServersTest" in told
        assert "request req-1" in told
        assert "NOVA LEAKS: compute1 has 2 of 8 vCPUs free, 6 are held by an" in told
        assert f"harness diagnose {judged.run.name}" in told
    assert outcome(run_file(judged), "servers_booted") == "skipped"
    summary = json.loads(files["summary.json"])["failed_boots"]
    assert summary["counts"] == {"nova leaks": 1}
    assert summary["examples"][0]["request"] == "req-1"


def test_three_of_a_cause_are_told_and_all_are_counted() -> None:
    many = [replace(BOOT, server=f"server{number}") for number in range(5)]
    told = render_run(failing(*many))["report.txt"]
    assert "5 servers failed: 5 because nova leaks" in told
    assert [f"server{number}" in told for number in range(5)] == [True] * 3 + [False] * 2
    assert "2 more, and who held what: harness diagnose" in told


def test_hostile_names_and_faults_come_out_harmless() -> None:
    hostile = replace(BOOT, name="]]><script>\x1b[2J\n\u202eevil", fault="\x00<b>")
    files = render_run(failing(hostile))
    for told in (files["report.txt"], files["junit/run.xml"]):
        assert not [sign for sign in ("\x1b", "\x00", "\u202e") if sign in told]
    assert "<script>" not in files["junit/run.xml"]
    assert "]]><script>" in text(run_file(failing(hostile)), "servers_booted")


def test_the_gist_is_a_sentence_for_each_cause() -> None:
    for cause in Cause:
        assert re.fullmatch(r"2 servers failed: 2 (because|for|in) [\w' ]+", gist({cause: 2}))
    assert gist({Cause.UNKNOWN: 4, Cause.OTHERS: 1, Cause.NO_FAULT: 1}) == (
        "6 servers failed: 4 for an unknown reason, 1 in ERROR without a fault, 1 because servers "
        "of no test hold the room"
    )
