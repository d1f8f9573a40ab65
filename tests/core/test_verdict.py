"""The order of verdicts."""

import itertools

import pytest

from harness.core.rules.verdict import Verdict, worst

PASS, UNKNOWN, FAIL = Verdict.PASS, Verdict.UNKNOWN, Verdict.FAIL


def test_the_worst_of_nothing_is_unknown() -> None:
    assert worst([]) is UNKNOWN


@pytest.mark.parametrize("verdicts", [*itertools.product([PASS, UNKNOWN, FAIL], repeat=3)])
def test_fail_outweighs_unknown_and_unknown_outweighs_pass(verdicts: tuple[Verdict, ...]) -> None:
    expected = FAIL if FAIL in verdicts else UNKNOWN if UNKNOWN in verdicts else PASS
    assert worst(verdicts) is expected


def test_exit_codes_tell_the_verdicts_apart() -> None:
    assert [verdict.exit_code for verdict in (PASS, FAIL, UNKNOWN)] == [0, 1, 2]
