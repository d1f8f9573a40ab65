"""A trial of a kind, in a nursery whose toys are the leaks."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from harness.core.answers.capture import Capture
from harness.core.errors import HarnessError
from harness.core.rules.origin import Origin
from harness.core.rules.verdict import Verdict
from harness.selftest.court import Court, blinded
from harness.selftest.drill import Drill
from harness.selftest.ground import Ground, PlantFailed, Undo
from harness.selftest.kind import LAB, Expected, Kind, Planted
from harness.selftest.ledger import Ledger
from harness.selftest.recording import Recording, load, store
from harness.selftest.trial import Outcome, as_plain, from_plain
from tests.toys import LAWS, FakeClock, FakeCloud

RULE = "toys_are_tidied_up"


@dataclass
class Nursery:
    """A room with toys. ``sticky`` ones are not taken away."""

    path: Path
    toys: list[str] = field(default_factory=list)
    sticky: bool = False
    clock: FakeClock = field(default_factory=FakeClock)
    said: list[str] = field(default_factory=list)

    def observe(self) -> Capture:
        return FakeCloud(self.clock, [list(self.toys)]).observe()

    def tidy(self, _ground: Ground, toy: str) -> None:
        if self.sticky:
            raise RuntimeError("it sticks")
        if toy in self.toys:
            self.toys.remove(toy)

    def drill(self, *kinds: Kind, **more: Any) -> list[Outcome]:
        """Try kinds; with ``blind``, by a judge that sees nothing."""
        laws = blinded(LAWS, [RULE]) if more.pop("blind", False) else LAWS
        court = Court(laws, self.observe, 60.0, self.clock)
        with Ledger(self.path / "ledger.json", "nursery") as ledger:
            steps = {"tidy": Undo("tidy", self.tidy)}
            ground = Ground(None, ("h1", "h2"), "", ledger, self.clock, steps)
            return list(Drill(kinds, ground, court, self.said.append, **more).run())

    @property
    def left(self) -> int:
        with Ledger(self.path / "ledger.json", "nursery") as ledger:
            return len(ledger.entries)


@pytest.fixture
def nursery(tmp_path: Path) -> Iterator[Nursery]:
    yield Nursery(tmp_path)


def _kind(
    nursery: Nursery,
    toy: str = "lost",
    expected: str = "lost-1",
    release: Callable[[], None] = lambda: None,
    then: Exception | None = None,
    **more: Any,
) -> Kind:
    def plant(ground: Ground) -> Planted:
        ground.will(ground.steps["tidy"], toy=toy)
        nursery.toys.append(toy)
        if then:
            raise then
        return Planted((Expected(RULE, expected, "", Origin.UNKNOWN),), release)

    return Kind(f"{toy}_toy", (RULE,), "A toy is lost.", plant, **more)


def test_a_kind_is_found_and_taken_away(nursery: Nursery) -> None:
    (outcome,) = nursery.drill(_kind(nursery))
    assert (outcome.found, outcome.clean, outcome.healed) == (Verdict.PASS, Verdict.PASS, None)
    assert outcome.verdict is Verdict.PASS
    assert outcome.seconds and outcome.seconds >= LAWS.patience.hold
    assert (nursery.toys, nursery.left) == ([], 0)


def test_a_blind_rule_is_found_out(nursery: Nursery) -> None:
    (outcome,) = nursery.drill(_kind(nursery), blind=True)
    assert outcome.verdict is Verdict.FAIL
    assert outcome.says == (f"missed: {RULE} of lost-1",)


def test_a_finding_of_another_thing_is_told(nursery: Nursery) -> None:
    (outcome,) = nursery.drill(_kind(nursery, expected="other-1"))
    assert outcome.verdict is Verdict.FAIL
    assert outcome.says[0] == f"missed: {RULE} of other-1"
    assert outcome.says[1].startswith(f"also raised: {RULE} of lost-1")


def test_what_heals_is_seen_to_close(nursery: Nursery) -> None:
    def heal() -> None:
        nursery.clock.sleep(7)
        nursery.toys.clear()

    (outcome,) = nursery.drill(_kind(nursery, release=heal, heals="nobody"))
    assert outcome.verdict is Verdict.PASS
    assert outcome.healed_after and outcome.healed_after >= 7


def test_what_should_heal_and_does_not_is_told(nursery: Nursery) -> None:
    (outcome,) = nursery.drill(_kind(nursery, heals="the night", within=20.0))
    assert (outcome.found, outcome.healed) == (Verdict.PASS, Verdict.FAIL)
    assert "not healed by the night" in outcome.says[0]
    assert outcome.clean is Verdict.PASS


def test_what_cannot_be_planted_is_unknown_and_taken_away(nursery: Nursery) -> None:
    (outcome,) = nursery.drill(_kind(nursery, then=PlantFailed("no room")))
    assert outcome.verdict is Verdict.UNKNOWN
    assert outcome.says == ("not planted: no room",)
    assert (nursery.toys, nursery.left) == ([], 0)


def test_an_api_that_fails_for_a_moment_ends_no_self_test(nursery: Nursery) -> None:
    broken = _kind(nursery, then=ConnectionResetError("reset\nby peer"))
    first, second = nursery.drill(broken, _kind(nursery))
    assert first.says == ("not planted: ConnectionResetError: reset by peer",)
    assert (first.verdict, second.verdict) == (Verdict.UNKNOWN, Verdict.PASS)
    assert (nursery.toys, nursery.left) == ([], 0)


def test_an_interrupt_takes_away_what_was_planted(nursery: Nursery) -> None:
    class Interrupt(BaseException):
        pass

    with pytest.raises(Interrupt):
        nursery.drill(_kind(nursery, then=Interrupt()))  # type: ignore[arg-type]
    assert (nursery.toys, nursery.left) == ([], 0)


def test_what_sticks_is_told_and_does_not_spoil_the_next_kind(nursery: Nursery) -> None:
    nursery.sticky = True
    first, second = nursery.drill(_kind(nursery), _kind(nursery, "red", "red-1"))
    assert first.verdict is Verdict.FAIL
    assert "it sticks" in first.says[0]
    assert second.found is Verdict.PASS
    assert nursery.left == 2


def test_the_next_start_takes_away_what_was_left(nursery: Nursery) -> None:
    nursery.drill(_kind(nursery), keep=True)
    assert (nursery.toys, nursery.left) == (["lost"], 1)
    (outcome,) = nursery.drill(_kind(nursery, "red", "red-1"))
    assert outcome.verdict is Verdict.PASS
    assert "removing what an earlier self-test left planted: 1 step" in nursery.said


def test_nothing_is_planted_where_the_last_plant_stays(nursery: Nursery) -> None:
    nursery.drill(_kind(nursery), keep=True)
    nursery.sticky = True
    with pytest.raises(HarnessError, match="could not be undone"):
        nursery.drill(_kind(nursery, "red", "red-1"))
    assert nursery.toys == ["lost"]


def test_nothing_is_planted_in_a_cloud_that_is_not_quiet(nursery: Nursery) -> None:
    nursery.toys.append("old")
    with pytest.raises(HarnessError, match="not quiet before") as caught:
        nursery.drill(_kind(nursery))
    assert caught.value.exit_code == 2
    assert nursery.toys == ["old"]


def test_a_kind_that_needs_what_is_not_there_is_skipped(nursery: Nursery) -> None:
    (outcome,) = nursery.drill(_kind(nursery, needs=frozenset({LAB})))
    assert outcome.skipped == "this cloud lacks the lab"
    assert nursery.toys == []


def test_a_recording_tells_what_the_trial_told(nursery: Nursery, tmp_path: Path) -> None:
    kept: list[Recording] = []
    nursery.drill(_kind(nursery), record=kept.append)
    store(kept[0], tmp_path)
    (again,) = load(tmp_path).values()
    assert again == kept[0]
    assert again.compared(LAWS).verdict is Verdict.PASS
    assert again.compared(blinded(LAWS, [RULE])).verdict is Verdict.FAIL


def test_an_outcome_outlives_its_writing(nursery: Nursery) -> None:
    (outcome,) = nursery.drill(_kind(nursery))
    for one in (outcome, replace(outcome, healed=Verdict.FAIL, skipped="no", clean=None)):
        assert from_plain(as_plain(one)) == one
