"""What tests left that were cut off fails nothing; what the cloud lost meanwhile does."""

from dataclasses import replace

import pytest

from harness.core.findings.terms import Terms
from harness.core.iterations.history import Iteration, TestRun
from harness.core.rules.invariant import Breach, Excuse
from harness.core.rules.origin import Origin
from harness.core.rules.verdict import Verdict
from harness.core.runs.analysis import Analysis, analyse
from tests.core.test_lives import RULE, RUN, history, lost

DIED = {"cut_off": True, "broken": "the driver was cut off in its tests"}
ENDED = {"tests": TestRun("interrupted", "the run was stopped")}


def _left(**changes: Origin) -> Breach:
    return lost(healing=None, origin=Origin.TEST_LEFT, **changes)


def _judged(changes: dict[str, object], breach: Breach) -> Analysis:
    """Iteration 1 was cut off, and leaves ``breach`` for ever."""
    items = history(None, breach, breach, breach)
    torn: Iteration = replace(items[1], **changes)  # type: ignore[arg-type]
    return analyse(RUN, [items[0], torn, *items[2:]], {RULE: "A truth."}, Terms())


@pytest.mark.parametrize("how", [DIED, ENDED], ids=["died", "ended"])
def test_what_they_left_is_told_and_fails_nothing(how: dict[str, object]) -> None:
    analysis = _judged(how, _left())
    assert [item.verdict for item in analysis.history[2:]] == [Verdict.PASS] * 2
    (aside,) = analysis.history[3].checks[0].aside
    assert aside.excuse is Excuse.CUT_OFF
    assert "iteration 1" in aside.reason


def test_the_iteration_in_which_the_driver_died_is_never_a_pass() -> None:
    analysis = _judged(DIED, _left())
    assert analysis.history[1].verdict is Verdict.UNKNOWN
    assert analysis.verdict is Verdict.UNKNOWN


@pytest.mark.parametrize("how", [DIED, ENDED], ids=["died", "ended"])
def test_what_the_cloud_lost_counts(how: dict[str, object]) -> None:
    analysis = _judged(how, lost(healing=None))
    assert analysis.history[3].verdict is Verdict.FAIL
    assert analysis.verdict is Verdict.FAIL


def test_what_tests_leave_later_counts() -> None:
    items = history(None, None, _left(), _left())
    analysis = analyse(RUN, [items[0], replace(items[1], **DIED), *items[2:]], {RULE: "A truth."})  # type: ignore[arg-type]
    assert analysis.history[3].verdict is Verdict.FAIL
