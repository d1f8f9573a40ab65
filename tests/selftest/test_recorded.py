"""Every rule still finds the leaks that were planted on the real lab and recorded there.

``harness selftest --record tests/selftest/recorded`` records anew.
"""

import gzip
import re
from collections.abc import Mapping
from pathlib import Path

import pytest

import harness.invariants
import harness.selftest.kinds
import harness.sources
from harness.core.rules.invariant import Invariant
from harness.core.rules.verdict import Verdict
from harness.core.runs.judging import Laws
from harness.core.views.catalog import declared
from harness.core.views.source import SOURCE_KINDS, DriverSource, Source
from harness.selftest.court import blinded
from harness.selftest.kind import Kind
from harness.selftest.recording import Recording, load

FOLDER = Path(__file__).parent / "recorded"
PAGE = Path(__file__).parent.parent.parent / "docs" / "selftest.md"
RECORDED = load(FOLDER)
KINDS = declared(harness.selftest.kinds, Kind, "harness.selftest")
RULES = declared(harness.invariants, Invariant, "harness.invariants")
SOURCES: Mapping[str, Source] = declared(
    harness.sources,
    SOURCE_KINDS,
    "harness.sources",
)
LAWS = Laws(tuple(SOURCES.values()), tuple(RULES.values()))
OWN_VIEWS = {name for name, source in SOURCES.items() if isinstance(source, DriverSource)}
OF_DRIVER = {name for name, rule in RULES.items() if OWN_VIEWS & set(rule.needs)}
"""Rules of the driver's own process: no cloud can be planted with what they find
(``tests/adapters/test_own_process.py`` lets a process leak)."""
LARGEST = 60_000
"""Bytes of one recording: it is one look at a small cloud, or a few."""


def _rules(recording: Recording) -> set[str]:
    return {item.rule for item in recording.expected}


@pytest.mark.parametrize("kind", RECORDED)
def test_a_recorded_leak_is_found_and_nothing_else(kind: str) -> None:
    said = RECORDED[kind].compared(LAWS)
    assert (said.lines, said.verdict) == ((), Verdict.PASS)


@pytest.mark.parametrize(
    ("kind", "rule"),
    [(kind, rule) for kind, recording in RECORDED.items() for rule in sorted(_rules(recording))],
)
def test_a_blind_rule_misses_what_was_recorded(kind: str, rule: str) -> None:
    said = RECORDED[kind].compared(blinded(LAWS, [rule]))
    assert said.verdict is Verdict.FAIL
    assert [line for line in said.missed if line.startswith(f"missed: {rule} of ")]


def test_every_rule_has_a_kind() -> None:
    assert {rule for kind in KINDS.values() for rule in kind.rules} == set(RULES) - OF_DRIVER


def test_every_rule_has_a_recorded_leak() -> None:
    recorded = {rule for recording in RECORDED.values() for rule in _rules(recording)}
    assert recorded == set(RULES) - OF_DRIVER


@pytest.mark.parametrize("kind", RECORDED)
def test_a_recording_is_of_a_kind_that_there_is(kind: str) -> None:
    seen = RECORDED[kind].seen
    assert _rules(RECORDED[kind]) == {r for r in KINDS[kind].rules if set(RULES[r].needs) <= seen}
    assert (FOLDER / f"{kind}.json.gz").stat().st_size < LARGEST


def test_nothing_in_the_laws_is_left_out_of_the_recordings() -> None:
    """A recording from before a view was there does not try the rules that read it."""
    seen = set().union(*(recording.seen for recording in RECORDED.values()))
    assert set(SOURCES) - seen == OWN_VIEWS


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_names_rules_that_there_are(kind: str) -> None:
    assert KINDS[kind].rules
    assert set(KINDS[kind].rules) <= set(RULES)
    assert KINDS[kind].story.endswith(".")


@pytest.mark.parametrize("kind", RECORDED)
def test_a_recording_does_not_know_the_machine_that_it_was_made_on(kind: str) -> None:
    text = gzip.decompress((FOLDER / f"{kind}.json.gz").read_bytes()).decode()
    assert re.findall(r"(?<![\w.])/(?:work|home|Users|root)/\w+", text) == []
    assert "BEGIN" not in text


@pytest.mark.parametrize("kind", RECORDED)
def test_the_documents_show_what_became_of_a_kind(kind: str) -> None:
    assert f"| {kind} " in PAGE.read_text(encoding="utf-8")
