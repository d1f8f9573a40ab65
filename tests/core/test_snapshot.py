"""Answers become views; what was not seen is never empty."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from harness.core.answers.capture import CLOUD, Answer, Capture
from harness.core.answers.shape import ShapeError, items
from harness.core.views.snapshot import View, parse
from harness.core.views.source import CloudSource, HostSource


@dataclass(frozen=True)
class Thing:
    key: str
    host: str = ""
    size: int = 0


def _things(body: Any) -> Iterator[Thing]:
    for item in items(body, "things"):
        yield Thing(item["key"], size=item["size"])


def _things_on(host: str, body: Any) -> Iterator[Thing]:
    for item in items(body, "things"):
        yield Thing(f"{item}@{host}", host)


CLOUDY = CloudSource("cloudy", lambda cloud: None, _things)
HOSTLY = HostSource("hostly", lambda connection: None, _things_on)


def _view(source: Any, *answers: Answer) -> View:
    return parse(Capture(answers), [source])[source.name]


def test_a_source_that_was_not_asked_is_a_gap() -> None:
    assert "not asked" in (_view(CLOUDY).gap() or "")


def test_a_view_that_no_source_makes_is_a_gap() -> None:
    assert "not asked" in (parse(Capture(()), [])["never"].gap() or "")


def test_an_error_is_a_gap_with_its_reason() -> None:
    view = _view(CLOUDY, Answer("cloudy", CLOUD, 0, 1, None, "HTTP 500"))
    assert (view.rows, view.gap(), view.gap("host1")) == ((), "HTTP 500", "HTTP 500")


def test_an_error_without_a_text_is_a_gap_too() -> None:
    assert _view(CLOUDY, Answer("cloudy", CLOUD, 0, 1, None, "")).gap() is not None


@pytest.mark.parametrize("body", [None, [], {}, {"things": [5]}, {"things": [{"key": "a"}]}])
def test_whatever_a_parser_stumbles_over_is_a_gap(body: Any) -> None:
    assert _view(CLOUDY, Answer("cloudy", CLOUD, 0, 1, body)).gap()


def test_rows_before_a_surprise_do_not_count() -> None:
    body = {"things": [{"key": "a", "size": 1}, {}]}
    assert _view(CLOUDY, Answer("cloudy", CLOUD, 0, 1, body)).rows == ()


def test_two_rows_of_one_key_are_a_gap_unless_they_are_equal() -> None:
    one, other = {"key": "a", "size": 1}, {"key": "a", "size": 2}
    same = _view(CLOUDY, Answer("cloudy", CLOUD, 0, 1, {"things": [one, one]}))
    assert (len(same.rows), same.gap()) == (1, None)
    different = _view(CLOUDY, Answer("cloudy", CLOUD, 0, 1, {"things": [one, other]}))
    assert "two different rows" in (different.gap() or "")


def test_a_gap_on_a_host_leaves_the_others_seen() -> None:
    view = _view(
        HOSTLY,
        Answer("hostly", "host1", 0, 1, {"things": ["a"]}),
        Answer("hostly", "host2", 0, 1, None, "no route"),
    )
    assert [row.key for row in view] == ["a@host1"]
    assert (view.gap("host1"), view.gap("host2"), view.gap()) == (None, "no route", None)


def test_a_host_that_was_not_asked_was_not_seen() -> None:
    view = _view(HOSTLY, Answer("hostly", "host1", 0, 1, {"things": []}))
    assert "not asked" in (view.gap("host2") or "")


def test_a_view_of_the_cloud_speaks_for_every_host() -> None:
    assert _view(CLOUDY, Answer("cloudy", CLOUD, 0, 1, {"things": []})).gap("host9") is None


def test_shape_errors_say_where() -> None:
    with pytest.raises(ShapeError, match="'things'"):
        list(_things({}))
