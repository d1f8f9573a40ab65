"""A service that does not answer is one event, with a beginning, an end and a reason."""

from harness.core.answers.capture import Answer, Capture, capture_from_json
from harness.core.iterations.outages import Outage, outages, sighting


def _look(at: float, **silent: str) -> Capture:
    answers = [
        Answer(f"{service}-{n}", "", at, at + 1, None, f"{service}: {reason}", silent=service)
        for service, reason in silent.items()
        for n in range(3)
    ]
    return Capture((*answers, Answer("fine", "", at, at + 2, {})))


def _told(*captures: Capture) -> tuple[Outage, ...]:
    return outages(map(sighting, captures))


def test_a_service_that_answers_has_no_outage() -> None:
    assert _told(_look(0), _look(10)) == ()


def test_a_thousand_failures_are_one_outage() -> None:
    looks = [_look(10.0 * n, compute="refused") for n in range(1, 400)]
    [outage] = _told(_look(0), *looks, _look(4000))
    assert outage == Outage("compute", 10.0, 3992.0, 4000.0, "compute: refused", 399)


def test_one_that_goes_on_has_no_end() -> None:
    [outage] = _told(_look(0), _look(10, image="hangs"))
    assert (outage.over, outage.last) == (None, 12.0)


def test_one_that_comes_back_is_another_and_services_are_told_apart() -> None:
    looks = (_look(0, image="a"), _look(10, compute="b"), _look(20, image="c", compute="d"))
    assert [(o.service, o.since, o.over, o.reason) for o in _told(*looks)] == [
        ("image", 0, 10, "image: a"),
        ("compute", 10, None, "compute: b"),
        ("image", 20, None, "image: c"),
    ]


def test_it_is_told_from_what_was_stored() -> None:
    capture = _look(5, compute="refused")
    assert sighting(capture_from_json(capture.as_json())) == sighting(capture)
