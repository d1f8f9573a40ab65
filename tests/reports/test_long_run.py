"""Reports of a run of thousands of iterations can be read: they do not grow with the number."""

import json
from dataclasses import replace

from harness.core.iterations.history import Iteration, TestResult, TestRun
from harness.core.runs.analysis import analysis_of
from harness.core.runs.course import Course
from harness.reports.everything import render_run
from tests.reports.examples import LEAK, RUN, TRUTHS, checks, iteration

LONG = 3_000


def odd(number: int) -> Iteration:
    """Return an iteration of which something must be said in every report that can say it."""
    results = (
        TestResult("m.C.test_a", "failed" if number % 2 else "passed", 1.0, "Traceback"),
        TestResult("m.C.test_b", "missing" if number % 3 else "passed", 1.0),
    )
    tests = TestRun("timeout" if number % 4 else "finished", "why", results)
    said = checks(LEAK) if number % 5 else checks()
    return replace(iteration(number, said), tests=tests, broken="torn" if number % 7 == 0 else "")


def after(iterations: int) -> dict[str, str]:
    course = Course(TRUTHS).plus(iteration(0))
    for number in range(1, iterations + 1):
        course = course.plus(odd(number))
    return render_run(analysis_of(replace(RUN, ending="time is up"), course))


def test_the_reports_of_a_long_run_are_as_long_as_those_of_a_shorter_one() -> None:
    short, long = after(LONG // 10), after(LONG)
    for name in ("report.txt", "junit/run.xml"):
        lines = [len(files[name].splitlines()) for files in (short, long)]
        assert lines[1] < lines[0] + 100, name
        assert lines[1] < 1000, name
    told = json.loads(long["summary.json"])
    assert told["counts"]["iterations"] == LONG
    assert [item["number"] for item in told["iterations"]] == list(range(LONG - 99, LONG + 1))
    assert f"{LONG} iterations" in long["report.txt"].splitlines()[0]
