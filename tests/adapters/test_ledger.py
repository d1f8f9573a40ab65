"""The ledger: written step by step or at once it is the same, and it is never trusted when torn."""

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from harness.adapters.ledger import Ledger, LedgerError
from harness.core.answers.shape import ShapeError
from harness.core.findings.finding_json import finding_as_json, finding_from_json
from harness.core.runs.analysis import Analysis, analyse
from tests.core.test_lives import RUN, history, judged, lost
from tests.reports.strategies import analyses

NAME, ENDING = RUN.name, RUN.ending


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return Ledger(tmp_path / "run" / "ledger?.sqlite", "harness 1")


def example() -> Analysis:
    return judged(lost(amounts={"vcpus": 1}), lost(owner="\ud800"), None, lost(), None)


def told(ledger: Ledger, analysis: Analysis) -> list[Any] | None:
    return ledger.read(NAME, len(analysis.history), ENDING)


def dump(path: Path) -> list[str]:
    connection = sqlite3.connect(path)
    try:
        return list(connection.iterdump())
    finally:
        connection.close()


def change(ledger: Ledger, *statements: str) -> None:
    connection = sqlite3.connect(ledger.path)
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    connection.close()


def test_what_is_read_is_what_was_written(ledger: Ledger) -> None:
    analysis = example()
    ledger.rebuild(analysis)
    expected = [(finding, analysis.counts(finding)) for finding in analysis.findings]
    assert len(expected) == 2
    assert told(ledger, analysis) == expected
    assert [path.name for path in ledger.path.parent.iterdir()] == [ledger.path.name]


def test_an_amount_that_no_database_holds_is_told(ledger: Ledger) -> None:
    whole = judged(lost(amounts={"vcpus": 2**70}), None)
    for write in (ledger.rebuild, ledger.record):
        with pytest.raises(LedgerError, match="too large"):
            write(whole)


def test_step_by_step_it_is_the_same_as_at_once(ledger: Ledger, tmp_path: Path) -> None:
    whole = example()
    for length in range(1, len(whole.history) + 1):
        ledger.record(analyse(RUN, whole.history[:length], whole.truths, whole.terms))
    ledger.record(whole)
    once = Ledger(tmp_path / "once.sqlite", ledger.judge)
    once.rebuild(whole)
    assert dump(ledger.path) == dump(once.path)


def test_sightings_tell_when_and_what_was_set_aside(ledger: Ledger) -> None:
    ledger.record(example())
    connection = sqlite3.connect(ledger.path)
    rows = connection.execute("select finding, iteration, seen_at, set_aside from sightings")
    assert list(rows) == [
        (0, 0, 50.0, None),
        (0, 1, 650.0, "from before the first test"),
        (1, 3, 1850.0, None),
    ]
    connection.close()


def test_there_is_none_before_it_is_written(ledger: Ledger) -> None:
    assert told(ledger, example()) is None


@pytest.mark.parametrize(
    "damage",
    [
        lambda ledger: ledger.path.write_bytes(b""),
        lambda ledger: ledger.path.write_bytes(b"no database at all" * 100),
        lambda ledger: ledger.path.write_bytes(ledger.path.read_bytes()[:5000]),
        lambda ledger: change(ledger, "drop table findings"),
        lambda ledger: change(ledger, "drop table meta"),
        lambda ledger: change(ledger, "update meta set value = '0' where name = 'format'"),
        lambda ledger: change(ledger, "update meta set value = 'else' where name = 'judge'"),
        lambda ledger: change(ledger, "update meta set value = 'else' where name = 'run'"),
        lambda ledger: change(ledger, "update meta set value = '9' where name = 'iterations'"),
        lambda ledger: change(ledger, "update meta set value = '' where name = 'ending'"),
    ],
)
def test_what_cannot_be_trusted_is_not_read_and_is_made_anew(
    ledger: Ledger, damage: Callable[[Ledger], object]
) -> None:
    analysis = example()
    ledger.rebuild(analysis)
    whole = dump(ledger.path)
    damage(ledger)
    assert told(ledger, analysis) is None
    ledger.record(analysis)
    assert dump(ledger.path) == whole


@pytest.mark.parametrize("body", ["{", "[]", "{}", "null", '{"invariant": 3}'])
def test_a_finding_that_is_none_is_not_trusted(ledger: Ledger, body: str) -> None:
    analysis = example()
    ledger.rebuild(analysis)
    change(ledger, f"update findings set body = '{body}'")
    assert told(ledger, analysis) is None


def test_one_of_other_iterations_is_made_anew(ledger: Ledger) -> None:
    longer, shorter = example(), judged(None, lost())
    ledger.record(longer)
    ledger.record(shorter)
    assert told(ledger, shorter) == [(shorter.findings[0], True)]


def test_one_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(LedgerError, match="cannot be written"):
        Ledger(tmp_path / "file" / "ledger.sqlite", "x").record(example())


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(analyses())
def test_any_run_can_be_kept(ledger: Ledger, analysis: Analysis) -> None:
    ledger.rebuild(analysis)
    for length in range(1, len(analysis.history) + 1):
        ledger.record(
            analyse(analysis.run, analysis.history[:length], analysis.truths, analysis.terms)
        )
    for finding in analysis.findings:
        assert repr(finding_from_json(finding_as_json(finding))) == repr(finding)


def test_no_finding_is_read_from_nonsense() -> None:
    good = finding_as_json(judged(None, lost()).findings[0])
    assert history(None)
    with pytest.raises(ShapeError):
        finding_from_json({**good, "breach": {**good["breach"], "origin": "the moon"}})
    with pytest.raises(ShapeError):
        finding_from_json({**good, "waiver": {"rule": "x"}})
