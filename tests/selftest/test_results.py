"""The table of a self-test, and what is stored of it."""

from dataclasses import replace
from pathlib import Path

import pytest

from harness.core.errors import HarnessError
from harness.core.rules.verdict import Verdict
from harness.selftest import results
from harness.selftest.results import Results
from harness.selftest.trial import Outcome

FOUND = Outcome("ghost", "A ghost.", ("rule_a",), "", Verdict.PASS, 4.25, clean=Verdict.PASS)
HEALED = replace(FOUND, kind="sick", heals="the audit", healed=Verdict.PASS, healed_after=12.4)
MISSED = replace(FOUND, kind="unseen", found=Verdict.FAIL, says=("missed: \x1b[31mrule_a",))
SKIPPED = Outcome("volume", "A volume.", ("rule_b",), skipped="this cloud lacks a volume service")


def test_the_table_has_a_row_for_each_kind() -> None:
    text = results.table(Results("lab", (FOUND, HEALED, MISSED, SKIPPED)))
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in text.splitlines()[:6]]
    assert rows[0] == ["kind", "found", "rule", "seconds", "healed after"]
    assert rows[2] == ["ghost", "yes", "rule_a", "4.2", "never"]
    assert rows[3][4] == "12 s, by the audit"
    assert rows[4][1] == "NO"
    assert rows[5][1] == "skipped: this cloud lacks a volume service"
    assert text.splitlines()[-1] == "unseen: missed: rule_a"


def test_the_gist_counts() -> None:
    told = Results("lab", (FOUND, HEALED, MISSED, SKIPPED))
    assert results.gist(told) == (
        "2 of 3 planted kinds found exactly, 1 of 1 seen to heal, 1 skipped"
    )
    assert told.verdict is Verdict.FAIL


def test_nothing_tried_is_unknown() -> None:
    assert Results("lab", (SKIPPED,)).verdict is Verdict.UNKNOWN
    assert Results("lab").verdict is Verdict.UNKNOWN


def test_what_was_stored_is_resumed(tmp_path: Path) -> None:
    told = Results("lab", (FOUND, HEALED, MISSED, SKIPPED))
    results.store(told, tmp_path)
    again = results.load(tmp_path, "lab")
    assert again == told
    assert again.done == {"ghost", "sick", "unseen"}
    assert again.and_also(replace(MISSED, found=Verdict.PASS)).outcomes[-1].found is Verdict.PASS
    assert '<testcase name="unseen"' in (tmp_path / "selftest.xml").read_text()
    with pytest.raises(HarnessError, match="not of other"):
        results.load(tmp_path, "other")


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"cloud": "lab", "kinds": [{}]}'])
def test_results_that_cannot_be_read_are_not_resumed(tmp_path: Path, text: str) -> None:
    (tmp_path / results.FILE).write_text(text)
    with pytest.raises(HarnessError, match="cannot be resumed"):
        results.load(tmp_path, "lab")


def test_nothing_stored_is_a_new_start(tmp_path: Path) -> None:
    assert results.load(tmp_path, "lab") == Results("lab")
