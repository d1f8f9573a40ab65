"""A driver that is killed loses nothing that was done, and what it died in is never a PASS."""

from pathlib import Path

from harness.core.rules.verdict import Verdict
from tests.durability.crashes import campaign


def test_nothing_is_lost_and_the_reports_are_those_of_a_replay(tmp_path: Path) -> None:
    told = campaign(tmp_path / "run", kills=8, seed=4)
    assert told.analysis
    assert told.lost == []
    assert told.differing == []
    assert told.analysis.run.thinned
    numbers = [item.number for item in told.analysis.history]
    assert numbers == list(range(len(numbers)))
    assert 1 <= len(told.analysis.run.resumptions) <= 8  # some may die before they began
    for number in told.cut_off:
        assert told.analysis.history[number].verdict is not Verdict.PASS
    assert told.analysis.run.ending == "iterations done"
