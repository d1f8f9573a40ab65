"""Looking again until the views agree, or the time is up."""

from harness.core.answers.capture import Capture
from harness.core.rules.invariant import Circumstances
from harness.core.rules.reading import Reading, confirmed
from harness.core.rules.verdict import Verdict
from harness.core.runs.judging import look
from harness.settle import Settling
from tests.toys import LAWS, START, FakeClock, FakeCloud


def _settle(*states: object, limit: float = 30.0, **more: object) -> tuple[Settling, FakeClock]:
    clock = FakeClock()
    cloud = FakeCloud(clock, list(states))  # type: ignore[arg-type]
    settling = Settling(
        observe=cloud.observe,
        keep=more.pop("keep", lambda read, capture: None),  # type: ignore[arg-type]
        judge=lambda capture: look(capture, LAWS, Circumstances())[1],
        patience=LAWS.patience,
        limit=limit,
        clock=clock,
        **more,  # type: ignore[arg-type]
    )
    settling.run()
    return settling, clock


def _verdict(settling: Settling) -> Verdict:
    return confirmed(settling.readings, LAWS.patience)[0].verdict


def test_a_calm_cloud_is_looked_at_once() -> None:
    settling, clock = _settle(())
    assert (len(settling.captures), clock.sleeps) == (1, [])
    assert _verdict(settling) is Verdict.PASS


def test_a_leak_is_looked_at_twice() -> None:
    settling, clock = _settle(("left",))
    assert (len(settling.captures), clock.sleeps) == (2, [2])
    assert _verdict(settling) is Verdict.FAIL


def test_a_move_is_waited_for() -> None:
    settling, _ = _settle(("busy",), ("busy",), ("busy",), ())
    assert len(settling.captures) == 4
    assert _verdict(settling) is Verdict.PASS


def test_a_move_that_ends_in_a_leak_is_one() -> None:
    settling, _ = _settle(("busy",), ("left",))
    assert len(settling.captures) == 3
    assert _verdict(settling) is Verdict.FAIL


def test_a_view_that_fails_once_is_asked_for_again() -> None:
    settling, _ = _settle("HTTP 500", ())
    assert _verdict(settling) is Verdict.PASS


def test_a_view_that_fails_twice_is_unknown() -> None:
    settling, _ = _settle("HTTP 500")
    assert len(settling.captures) == 2
    assert _verdict(settling) is Verdict.UNKNOWN


def test_the_limit_ends_it_and_leaves_a_doubt() -> None:
    settling, clock = _settle(("busy",), limit=30.0)
    assert clock.now() - START < 30 + 10 + 1
    assert _verdict(settling) is Verdict.UNKNOWN


def test_slow_observations_count_towards_the_limit() -> None:
    clock = FakeClock()
    cloud = FakeCloud(clock, [("busy",)], seconds=100.0)
    settling = Settling(
        observe=cloud.observe,
        keep=lambda read, capture: None,
        judge=lambda capture: look(capture, LAWS, Circumstances())[1],
        patience=LAWS.patience,
        limit=150.0,
        clock=clock,
    )
    assert len(settling.run()) == 2


def test_no_time_at_all_is_one_look() -> None:
    settling, clock = _settle(("left",), limit=0.0)
    assert (len(settling.captures), clock.sleeps) == (1, [])
    assert _verdict(settling) is Verdict.UNKNOWN


def test_a_wish_to_end_makes_the_look_at_hand_the_last() -> None:
    settling, _ = _settle(("busy",), stopping=lambda: True)
    assert len(settling.captures) == 1


def test_a_capture_is_kept_before_it_is_judged() -> None:
    done: list[str] = []

    def judge(capture: Capture) -> Reading:
        done.append("judge")
        return look(capture, LAWS, Circumstances())[1]

    clock = FakeClock()
    Settling(
        observe=FakeCloud(clock, [("left",)]).observe,
        keep=lambda read, capture: done.append(f"keep {read}"),
        judge=judge,
        patience=LAWS.patience,
        limit=30.0,
        clock=clock,
    ).run()
    assert done == ["keep 1", "judge", "keep 2", "judge"]


def test_a_clock_that_is_set_back_does_not_lengthen_it() -> None:
    clock = FakeClock()
    cloud = FakeCloud(clock, [("busy",)])

    def observe() -> Capture:
        clock.time -= 3600
        return cloud.observe()

    settling = Settling(
        observe=observe,
        keep=lambda read, capture: None,
        judge=lambda capture: look(capture, LAWS, Circumstances())[1],
        patience=LAWS.patience,
        limit=60.0,
        clock=clock,
    )
    settling.run()
    assert sum(clock.sleeps) < 60 + 10
