"""A dead service is probed at growing intervals; one answer opens the way again."""

from dataclasses import dataclass

from harness.adapters.cloud.breaker import Breaker, Probing

PROBING = Probing(failures=3, first=5.0, longest=60.0, jitter=0.2)


@dataclass
class Clock:
    time: float = 0.0

    def __call__(self) -> float:
        return self.time


def _breaker(clock: Clock, draw: float = 0.5) -> Breaker:
    return Breaker(clock, lambda: draw, PROBING)


def _dead(clock: Clock, draw: float = 0.5) -> Breaker:
    breaker = _breaker(clock, draw)
    for _ in range(PROBING.failures):
        assert breaker.admits()
        breaker.failed("refused")
    return breaker


def test_failures_with_an_answer_between_open_nothing() -> None:
    breaker = _breaker(Clock())
    for _ in range(10):
        breaker.failed("refused")
        breaker.failed("refused")
        breaker.answered()
    assert breaker.admits()
    assert breaker.recoveries == 0


def test_a_dead_service_is_asked_less_and_less() -> None:
    clock = Clock()
    breaker = _dead(clock)
    asked = []
    while clock.time < 3600:
        clock.time += 1
        if breaker.admits():
            asked.append(clock.time)
            breaker.failed("refused")
    pauses = [later - earlier for earlier, later in zip([0, *asked], asked, strict=False)]
    assert pauses[:5] == [5, 10, 20, 40, 60]
    assert set(pauses[5:]) == {60}


def test_one_probe_at_a_time() -> None:
    clock = Clock()
    breaker = _dead(clock)
    clock.time = 5
    assert [breaker.admits() for _ in range(3)] == [True, False, False]


def test_a_probe_that_was_not_made_leaves_room_for_another() -> None:
    clock = Clock()
    breaker = _dead(clock)
    clock.time = 5
    assert breaker.admits()
    breaker.untold()
    assert breaker.open
    assert breaker.admits()


def test_an_answer_closes_it_and_is_counted() -> None:
    clock = Clock()
    breaker = _dead(clock)
    clock.time = 5
    assert breaker.admits()
    breaker.answered()
    assert (breaker.open, breaker.recoveries) == (False, 1)
    assert breaker.admits()
    assert breaker.admits()


def test_the_waits_differ_by_chance_within_bounds() -> None:
    for draw, wait in ((0.0, 4.0), (1.0, 6.0)):
        clock = Clock()
        breaker = _dead(clock, draw)
        clock.time = wait - 0.01
        assert not breaker.admits()
        clock.time = wait + 0.01
        assert breaker.admits()


def test_those_who_were_on_their_way_do_not_lengthen_the_wait() -> None:
    clock = Clock()
    breaker = _dead(clock)
    for _ in range(10):
        breaker.failed("refused")
    clock.time = 5
    assert breaker.admits()
