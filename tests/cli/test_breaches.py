"""What a check says to people."""

from harness.cli.breaches import told
from harness.core.rules.invariant import Breach, Check, Doubt

UNSEEN = Doubt("volumes", "", "volumes was not seen: HTTP 503")


def test_what_is_wrong_comes_before_what_is_not_known() -> None:
    text = told([Check("a", (), (UNSEEN,)), Check("b", (Breach("x", "h1", "x is lost", {}),), ())])
    assert text.index("FAIL    b: x on h1") < text.index("UNKNOWN a: volumes")


def test_a_view_that_was_not_seen_is_told_once() -> None:
    text = told([Check(rule, (), (UNSEEN,)) for rule in ("a", "b", "c")])
    assert text.splitlines() == [
        "UNKNOWN 3 rules: volumes",
        "        volumes was not seen: HTTP 503",
        "        not known of: a, b, c",
    ]
