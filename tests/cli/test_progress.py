"""What is shown while a run goes on."""

import io

from rich.console import Console

from harness.cli.progress import LiveShow, PlainShow, choose, describe
from harness.core.iterations.history import Iteration, Run, TestResult, TestRun
from harness.core.rules.invariant import Breach, Check, Doubt
from harness.core.runs.analysis import Analysis, analyse

RUN = Run("r", "lab", 0.0, "soakabc")
HOSTILE = "\x1b[2Jdomain\nof\r\x07compute1\u202e"


class Clock:
    """A clock that stands still."""

    def now(self) -> float:
        return 100.0

    def sleep(self, seconds: float) -> None:
        raise AssertionError("nothing sleeps here")


def analysis_of(*checks: Check, domains: float | None = 1.0) -> Analysis:
    tests = TestRun("finished", "", (TestResult("a.B.c", "passed", 1.0),))
    amounts = {"compute1": {"domains": domains}}
    baseline = Iteration(0, 0.0, 1.0, checks=(Check("rule"),), amounts={"compute1": {"domains": 0}})
    first = Iteration(
        1, 1.0, 9.0, checks, tests, amounts, phases={"tests": 7.0, "settle": 1.0}, reads=1
    )
    return analyse(RUN, [baseline, first], {"rule": "A truth."})


def test_an_iteration_as_a_line() -> None:
    analysis = analysis_of(Check("rule", breaches=(Breach("s", "compute1", "broken"),)))
    told = describe(analysis, analysis.history[1])
    for words in ("iteration 1 FAIL", "1 passed", "1 finding", "domains +1", "tests 7.0 s"):
        assert words in told


def test_what_was_not_seen_is_no_delta_of_zero() -> None:
    analysis = analysis_of(Check("rule"), domains=None)
    assert "domains unknown" in describe(analysis, analysis.history[1])


def test_plain_lines_name_new_findings_and_doubts_without_control_characters() -> None:
    said: list[str] = []
    check = Check("rule", (Breach("s", "h", HOSTILE),), (Doubt("d", "h", HOSTILE),))
    analysis = analysis_of(check)
    with PlainShow(said.append, Clock(), deadline=None) as show:
        show.phase(1, "tests")
        show.judged(analysis, analysis.history[1])
    assert any("NEW rule" in text for text in said)
    assert any("UNKNOWN rule" in text for text in said)
    assert not {"\x1b", "\r", "\x07", "\u202e", "\n"} & set("".join(said))


def test_the_live_display_shows_phase_time_left_findings_and_deltas() -> None:
    out = io.StringIO()
    console = Console(file=out, force_terminal=True, width=120, color_system=None)
    analysis = analysis_of(Check("rule", (Breach("s", "compute1", HOSTILE),)))
    with LiveShow(console, Clock(), deadline=3700.0) as show:
        show.phase(1, "settle")
        show.judged(analysis, analysis.history[1])
    text = out.getvalue()
    for words in ("iteration 1: settle", "01:00:00 left", "FAIL", "compute1", "+1"):
        assert words in text
    assert "\x1b[2J" not in text
    assert "\u202e" not in text


def test_a_console_that_is_no_terminal_gets_plain_lines() -> None:
    assert isinstance(choose(io.StringIO(), Clock(), None, lambda text: None), PlainShow)
