"""The self-test's verdict: exactly what was planted, or what is amiss."""

from dataclasses import replace

import pytest

from harness.core.rules.invariant import Breach, Check, Doubt
from harness.core.rules.origin import Origin
from harness.core.rules.verdict import Verdict
from harness.selftest.comparison import compare, identities
from harness.selftest.kind import Planted, lost

WANTED = lost("rule", "thing", "host", {"vcpus": 1}, "word")
RIGHT = Breach(
    "thing",
    "host",
    "a word",
    {"view": "says"},
    origin=Origin.CLOUD_LOST,
    amounts={"vcpus": 1},
)


def _compared(*breaches: Breach, doubts: tuple[Doubt, ...] = ()) -> tuple[Verdict, str]:
    seen = compare(Planted((WANTED,)), [Check("rule", breaches, doubts)])
    return seen.verdict, " ".join(seen.lines)


def test_just_what_was_planted_passes() -> None:
    assert _compared(RIGHT) == (Verdict.PASS, "")


@pytest.mark.parametrize(
    ("breach", "told"),
    [
        (replace(RIGHT, origin=Origin.UNKNOWN), "class 'cloud lost it' expected, 'unknown' given"),
        (replace(RIGHT, amounts={}), "vcpus 1 expected to be held, nothing given"),
        (replace(RIGHT, amounts={"vcpus": 2}), "vcpus 2 given"),
        (replace(RIGHT, message="nothing"), "does not tell 'word'"),
        (replace(RIGHT, views={}), "without"),
        (replace(RIGHT, host="other"), "missed: rule of thing on host"),
        (replace(RIGHT, subject="other"), "also raised: rule of other on host"),
    ],
)
def test_anything_else_fails(breach: Breach, told: str) -> None:
    verdict, text = _compared(breach)
    assert verdict is Verdict.FAIL
    assert told in text


def test_another_finding_fails() -> None:
    verdict, text = _compared(RIGHT, replace(RIGHT, subject="other"))
    assert verdict is Verdict.FAIL
    assert "also raised: rule of other" in text


def test_what_cannot_be_judged_is_unknown() -> None:
    verdict, text = _compared(RIGHT, doubts=(Doubt("view", "", "not seen"),))
    assert verdict is Verdict.UNKNOWN
    assert "not known: rule of view: not seen" in text


def test_what_stood_before_counts_for_nothing() -> None:
    old = Check("rule", (replace(RIGHT, subject="old"),), (Doubt("dim", "", "dark"),))
    now = Check("rule", (RIGHT, *old.breaches), old.doubts)
    assert compare(Planted((WANTED,)), [now], identities([old])).verdict is Verdict.PASS
