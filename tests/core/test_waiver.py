"""Waivers: what they cover, until when, and how a wrong one is told."""

from typing import Any

import pytest

from harness.core.answers.shape import ShapeError
from harness.core.findings.waiver import Waiver, covering, waivers_from
from harness.core.rules.invariant import Breach, Excuse
from harness.core.rules.verdict import Verdict
from harness.core.runs.analysis import Analysis
from tests.core.test_lives import RULE, judged, lost, only

FAR = "2030-01-01"
GIVEN = {"rule": RULE, "subject": "uuid*", "reason": "known", "bug": "bug 1", "until": FAR}


def waiver(**changes: str) -> Waiver:
    return Waiver(**(GIVEN | changes))


def waived(*said: Breach | None, **changes: str) -> Analysis:
    return judged(*said, waivers=(waiver(**changes),))


def test_what_is_waived_fails_nothing_and_is_told() -> None:
    analysis = waived(None, lost(healing=None), lost(healing=None))
    assert [item.verdict for item in analysis.history] == ["PASS"] * 3
    assert analysis.verdict is Verdict.PASS
    [aside] = analysis.iterations[0].checks[0].aside
    assert (aside.excuse, aside.reason) == (Excuse.WAIVED, f"bug 1: known (until {FAR})")
    assert only(analysis).waiver == waiver()
    [use] = analysis.waivers
    assert (use.covered, use.needless, use.expired) == ((only(analysis),), False, False)


@pytest.mark.parametrize(
    ("changes", "covers"),
    [
        ({}, True),
        ({"subject": "uuid1"}, True),
        ({"subject": "uuid?"}, True),
        ({"subject": "UUID1"}, False),
        ({"subject": "uid1"}, False),
        ({"host": "host[12]"}, True),
        ({"host": "host2"}, False),
        ({"rule": "another_rule"}, False),
        ({"rule": "*"}, False),
        ({"until": "1970-01-01"}, True),
        ({"until": "1969-12-31"}, False),
    ],
)
def test_what_a_waiver_covers(changes: dict[str, str], covers: bool) -> None:
    assert (covering((waiver(**changes),), RULE, lost(), 3600.0) is not None) == covers


def test_the_last_day_counts_to_its_end() -> None:
    last = waiver(until="1970-01-01")
    assert not last.expired(86399.9)
    assert last.expired(86400.0)


def test_one_that_expires_in_the_run_covers_until_then() -> None:
    never = lost(healing=None)
    analysis = judged(None, never, never, step=86000.0, waivers=(waiver(until="1970-01-01"),))
    assert [item.verdict for item in analysis.iterations] == ["PASS", "FAIL"]
    [use] = analysis.waivers
    assert (use.covered, use.missed, use.expired) == ((), (only(analysis),), True)
    assert not use.needless


def test_one_that_matched_nothing_says_so() -> None:
    [use] = waived(None, lost(), subject="other").waivers
    assert (use.needless, use.expired) == (True, False)


def test_one_that_matched_in_the_baseline_alone_is_not_needless() -> None:
    [use] = waived(lost(), None).waivers
    assert not use.needless


def test_what_is_read_is_what_was_written() -> None:
    assert waivers_from([waiver(host="h*").as_json()]) == (waiver(host="h*"),)
    assert waivers_from([]) == ()


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (None, "expected a list"),
        ({}, "expected a list"),
        ([3], "waiver 1 is no mapping"),
        ([GIVEN, {}], "waiver 2: 'rule' is missing"),
        ([{**GIVEN, "until": "soon"}], "waiver 1: 'until' is 'soon'"),
        ([{**GIVEN, "until": "20301231"}], "expected a day as 2026-12-31"),
        ([{**GIVEN, "until": "2026-02-30"}], "2026-02-30"),
        ([{**GIVEN, "until": "9999-12-31"}], "9999-12-31"),
        ([{**GIVEN, "bug": " "}], "'bug' is empty"),
        ([{**GIVEN, "host": ""}], "'host' is empty"),
        ([{**GIVEN, "subject": 3}], "'subject' should be str"),
        ([{**GIVEN, "hosts": "h"}], "'hosts', which is no part"),
    ],
)
def test_a_wrong_one_is_told_by_its_number(data: Any, words: str) -> None:
    with pytest.raises(ShapeError, match=words.replace("'", ".")):
        waivers_from(data)
