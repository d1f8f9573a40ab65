"""What is stored is what is read again."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.core.answers.capture import Answer, Capture, capture_from_json
from harness.core.answers.shape import ShapeError

texts = st.text(st.characters(codec=None, exclude_categories=[]), max_size=20)
times = st.floats(0, 4e9)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=10,
)
captures = st.lists(
    st.builds(Answer, texts, texts, times, times, values, st.none() | texts), max_size=4
).map(lambda answers: Capture(tuple(answers)))


@given(captures)
def test_a_capture_survives_json(capture: Capture) -> None:
    stored = json.dumps(capture.as_json())
    again = capture_from_json(json.loads(stored))
    assert again == capture
    assert json.dumps(again.as_json()) == stored


@pytest.mark.parametrize(
    "data",
    [
        {},
        [],
        None,
        {"answers": None},
        {"answers": [5]},
        {"answers": [{}]},
        {"answers": [{"source": "servers"}]},
        {
            "answers": [
                {"source": 5, "place": "", "started": 1.0, "ended": 1.0, "body": 1, "error": None}
            ]
        },
        {
            "answers": [
                {"source": "s", "place": "", "started": "x", "ended": 1.0, "body": 1, "error": None}
            ]
        },
    ],
)
def test_what_is_no_capture_is_refused(data: Any) -> None:
    with pytest.raises(ShapeError):
        capture_from_json(data)


def test_a_capture_spans_its_answers() -> None:
    capture = Capture((Answer("a", "", 5.0, 7.0), Answer("b", "", 4.0, 6.0)))
    assert (capture.started, capture.ended) == (4.0, 7.0)
    assert [answer.source for answer in capture.of("b")] == ["b"]
