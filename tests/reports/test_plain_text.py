"""Foreign text, made safe to show."""

import pytest

from harness.reports.plain_text import block, cell, count, iterations, last_line, line, ranges, some


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("\x1b[1;31mred\x1b[0m", "red"),
        ("\x1b]0;t\x07", r"\x1b]0;t\x07"),
        ("a\x00b", r"a\x00b"),
        ("\u202etxt", r"\u202etxt"),
        ("\udc80", r"\udc80"),
        ("\U0001ffff", r"\U0001ffff"),
        ("one\ntwo\tthree", "one two three"),
        ("Grüße 漢字 ✓", "Grüße 漢字 ✓"),
    ],
)
def test_what_cannot_be_seen_is_written_out(raw: str, shown: str) -> None:
    assert line(raw) == shown


def test_what_is_long_is_cut_and_says_how_much() -> None:
    assert line("x" * 42, 10) == "xxxxxxxxxx ... 32 more characters"
    assert block("ab" + "c" * 40 + "gh", 4) == "ab\n... 40 more characters ...\ngh"


def test_nothing_is_cut_for_less_than_the_note_takes() -> None:
    assert line("x" * 33, 10) == "x" * 33
    assert line("x" * 34, 10) == "xxxxxxxxxx ... 24 more characters"
    assert block("x" * 32, 4) == "x" * 32
    assert block("x" * 33, 4) == "xx\n... 29 more characters ...\nxx"


def test_iterations_are_told_in_numbers_of_their_own() -> None:
    assert iterations([2]) == "iteration 2"
    assert iterations([1, 2, 3, 7]) == "iterations 1-3, 7"


def test_a_block_keeps_its_lines() -> None:
    assert block("a\r\n\tb\rc") == "a\n\tb\\x0dc"


@pytest.mark.parametrize("name", ["=1", "+1", "-1", "@x", "\t=1", "\uff1d1"])
def test_no_cell_is_a_formula(name: str) -> None:
    assert cell(name).startswith("'")


def test_ranges_and_counts() -> None:
    assert ranges([3, 1, 2, 7]) == "1-3, 7"
    assert ranges([]) == "none"
    assert ranges(range(0, 30, 2), limit=2) == "0, 2, ... 13 more"
    assert some(["a", "b", "c"], 2, " tests") == ["a", "b", "... 1 more tests"]
    assert (count(1, "leak"), count(2, "breach")) == ("1 leak", "2 breaches")


def test_the_last_line_of_a_traceback() -> None:
    assert last_line("Traceback\n  x\nBoom: no\n\n") == "Boom: no"
    assert last_line(" \n") == ""
