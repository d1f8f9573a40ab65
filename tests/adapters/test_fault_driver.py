"""Faults are made when they are due and healed whatever happens; the journal knows beforehand."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event

import pytest

from harness.adapters.fault_driver import FaultDriver
from harness.adapters.fault_journal import FaultJournal
from harness.core.faults.fault_plan import COMMAND, Step
from harness.core.faults.fault_windows import windows_of
from harness.core.ports import FaultFailed
from tests.toys import START, FakeClock

STEP = Step(1, "one", COMMAND, iteration=1, lasts=30.0, make=("a",), heal=("b",))
LATER = Step(2, "two", COMMAND, after=100.0, make=("a",), heal=("b",))


@dataclass
class FakeMaker:
    """Remembers what it did, and what the journal knew by then; ``fails`` are deeds that fail."""

    journal: FaultJournal
    fails: list[str] = field(default_factory=list)
    done: list[str] = field(default_factory=list)
    known: list[str] = field(default_factory=list)

    def make(self, step: Step) -> str:
        return self._do("make", step)

    def heal(self, step: Step) -> str:
        return self._do("heal", step)

    def _do(self, deed: str, step: Step) -> str:
        self.known.append(self.journal.events()[-1]["event"])
        self.done.append(f"{deed} {step.name}")
        if deed in self.fails:
            self.fails.remove(deed)
            raise FaultFailed(f"{deed}: no")
        return "done"


@dataclass
class Ground:
    driver: FaultDriver
    maker: FakeMaker
    clock: FakeClock
    journal: FaultJournal
    said: list[str]

    @property
    def kinds(self) -> list[str]:
        return [event["event"] for event in self.journal.events()]

    def turn(self, seconds: float = 0.0) -> list[str]:
        self.clock.time += seconds
        self.driver.turn()
        return self.maker.done


def ground(folder: Path, *steps: Step, fails: tuple[str, ...] = ()) -> Ground:
    journal, clock, said = FaultJournal(folder), FakeClock(), list[str]()
    maker = FakeMaker(journal, list(fails))
    driver = FaultDriver(steps, {COMMAND: maker}, journal, clock, START, said.append)
    return Ground(driver, maker, clock, journal, said)


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Ground]:
    yield ground(tmp_path, STEP, LATER)


def test_nothing_is_made_before_it_is_due(here: Ground) -> None:
    assert here.turn() == []
    here.driver.begin(1, here.clock.now())
    assert here.turn() == ["make one"]
    assert here.turn() == ["make one"]


def test_it_is_healed_when_it_has_lasted(here: Ground) -> None:
    here.driver.begin(1, here.clock.now())
    here.turn()
    assert here.turn(29) == ["make one"]
    assert here.turn(2) == ["make one", "heal one"]
    assert here.turn(100) == ["make one", "heal one", "make two"]
    assert here.kinds[:4] == ["begun", "made", "healing", "healed"]
    assert here.maker.known == ["begun", "healing", "begun"]


def test_what_could_not_be_made_is_healed_at_once(tmp_path: Path) -> None:
    here = ground(tmp_path, STEP, fails=("make",))
    here.driver.begin(1, here.clock.now())
    here.turn()
    assert here.turn() == ["make one", "heal one"]
    (window,) = windows_of([STEP], here.journal.events())
    assert "make: no" in window.problem
    assert window.healed is not None


def test_what_could_not_be_healed_is_tried_again(tmp_path: Path) -> None:
    here = ground(tmp_path, STEP, fails=("heal", "heal"))
    here.driver.begin(1, here.clock.now())
    here.turn()
    assert here.turn(31) == ["make one", "heal one"]
    assert here.turn(1) == ["make one", "heal one"]
    here.turn(10)
    here.turn(11)
    assert here.kinds == ["begun", "made", "healing", "unhealed", "healed"]


def test_the_end_of_a_run_heals_all_and_makes_no_more(here: Ground) -> None:
    here.driver.begin(1, here.clock.now())
    here.turn()
    here.driver.close()
    here.driver.close()
    assert here.turn(1000) == ["make one", "heal one"]


def test_the_end_of_a_run_tells_what_is_not_healed(tmp_path: Path) -> None:
    here = ground(tmp_path, STEP, fails=("heal",) * 9)
    here.driver.begin(1, here.clock.now())
    here.turn()
    here.driver.close()
    assert "IS NOT HEALED" in here.said[-1]
    assert here.kinds == ["begun", "made", "healing", "unhealed"]


def test_what_a_driver_that_died_left_is_healed_and_not_made_again(tmp_path: Path) -> None:
    died = ground(tmp_path, STEP)
    died.driver.begin(1, died.clock.now())
    died.turn()
    here = ground(tmp_path, STEP)
    with here.driver:
        assert here.maker.done == ["heal one"]
    here.driver.begin(2, here.clock.now())
    assert here.turn(1000) == ["heal one"]


def test_one_that_died_before_the_deed_is_healed_too(tmp_path: Path) -> None:
    journal = FaultJournal(tmp_path)
    journal.append({"event": "begun", "step": 1, "at": START, "said": ""})
    here = ground(tmp_path, STEP)
    here.driver.heal_left()
    assert here.maker.done == ["heal one"]


def test_a_fault_that_goes_by_itself_is_left_alone(tmp_path: Path) -> None:
    step = Step(1, "one", COMMAND, iteration=1, lasts=30.0, make=("a",), by_itself=True)
    here = ground(tmp_path, step)
    here.driver.begin(1, here.clock.now())
    here.turn()
    here.turn(31)
    assert here.maker.done == ["make one"]
    assert here.kinds == ["begun", "made", "healed"]


def test_a_journal_that_cannot_be_written_is_told_and_nothing_is_made(tmp_path: Path) -> None:
    (tmp_path / "faults").write_text("a file in the way")
    here = ground(tmp_path, STEP)
    here.driver.begin(1, here.clock.now())
    with pytest.raises(OSError):
        here.turn()
    assert here.maker.done == []


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"event": "burnt", "step": 1, "at": 1, "said": ""}']
)
def test_a_journal_that_cannot_be_read_is_no_empty_one(tmp_path: Path, text: str) -> None:
    (tmp_path / "faults").mkdir()
    (tmp_path / "faults" / "000001.json").write_text(text)
    with pytest.raises(ValueError, match="000001"):
        FaultJournal(tmp_path)


def test_a_journal_with_a_hole_is_no_whole_one(tmp_path: Path) -> None:
    journal = FaultJournal(tmp_path)
    for kind in ("begun", "made"):
        journal.append({"event": kind, "step": 1, "at": START, "said": ""})
    (tmp_path / "faults" / "000001.json").unlink()
    with pytest.raises(ValueError, match="000001"):
        FaultJournal(tmp_path)


def test_who_makes_faults_and_stumbles_is_heard_of(
    here: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    stumbled = Event()

    def stumble() -> None:
        stumbled.set()
        raise ValueError("a journal that is none")

    monkeypatch.setattr(here.driver, "turn", stumble)
    with here.driver:
        assert stumbled.wait(10.0)
        with pytest.raises(ValueError, match="a journal that is none"):
            while True:
                here.driver.begin(1, here.clock.now())
    assert "faults were not made as planned: ValueError: a journal that is none" in here.said
