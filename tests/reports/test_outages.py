"""An outage is told once, in the report and in JUnit, from what was stored."""

import re
from dataclasses import replace

from harness.core.answers.capture import CLOUD, Answer, Capture, capture_from_json
from harness.core.iterations.history import Iteration
from harness.core.runs.analysis import analyse
from harness.core.runs.judging import Evidence, judge_all
from harness.reports import junit, text
from tests.toys import LAWS, RUN, START, parse_tests


def _look(at: float, error: str = "", service: str = "compute") -> Capture:
    body = None if error else {"toys": []}
    silent = service if error else ""
    return Capture((Answer("toys", CLOUD, at, at + 1, body, error or None, silent=silent),))


def _history(*looks: Capture) -> list[Iteration]:
    stored = [capture_from_json(look.as_json()) for look in looks]
    evidences = [Evidence(n, None, (look,), b"passed") for n, look in enumerate(stored)]
    return list(judge_all(evidences, LAWS, RUN, parse_tests))


def _told(*looks: Capture) -> tuple[str, str]:
    run = replace(RUN, ending="time is up", ended=START + 9000)
    analysis = analyse(run, _history(*looks), LAWS.truths)
    return text.render(analysis)["report.txt"], junit.render_run(analysis)["junit/run.xml"]


def test_an_outage_is_told_once_with_its_beginning_its_end_and_its_reason() -> None:
    bad = [_look(START + 60 * n, "compute: refused") for n in range(1, 100)]
    report, xml = _told(_look(START), *bad, _look(START + 6000))
    assert report.count("did not answer from") == 1
    assert "- compute did not answer from 1970-01-12T13:47:40Z to 1970-01-12T15:26:40Z" in report
    assert "    compute: refused" in report
    assert xml.count('name="outage.') == 1
    assert "in 99 looks: compute: refused" in xml


def test_of_a_service_that_flaps_the_newest_outages_are_told_first() -> None:
    looks = [_look(START + 60 * n, "compute: refused" if n % 2 else "") for n in range(50)]
    report, xml = _told(*looks)
    times = re.findall(r"- compute did not answer (?:from|since) (\S+)[ ,]", report)
    assert len(times) == 20
    assert times == sorted(times, reverse=True)
    assert "... 5 more outages" in report
    assert re.findall(r'name="outage\.(\d+)"', xml) == [str(n) for n in range(6, 26)]


def test_without_an_outage_nothing_is_said_of_any() -> None:
    report, xml = _told(_look(START), _look(START + 60))
    assert "OUTAGES" not in report
    assert "outage." not in xml


def test_a_hostile_reason_stays_one_line() -> None:
    report, xml = _told(_look(START), _look(START + 60, "x\nPASS  no leak\x1b[2J<evil/>"))
    assert "\nPASS  no leak" not in report
    assert "\x1b" not in report + xml
    assert "<evil/>" not in xml
