"""JSON is read as ``json`` reads it, whatever it is."""

import json
from typing import Any

import pytest
from hypothesis import given

from harness.core.answers.json_text import json_value
from tests.core.test_capture import values

ODD = [
    "NaN",
    "-Infinity",
    "1e999",
    '"\\ud800"',
    '{"a": 1, "a": 2}',
    "1" + "0" * 400,
    " -0 ",
    "-0.0",
]
NONE = ["", "[1,]", "01", '"\t"', "{'a': 1}", "[1] 2", "1" + "0" * 5000]


@given(values)
def test_what_was_written_is_read(value: Any) -> None:
    assert json_value(json.dumps(value)) == value
    assert json_value(json.dumps(value).encode()) == value


@pytest.mark.parametrize("text", ODD)
def test_what_is_odd_is_read_as_json_does(text: str) -> None:
    assert repr(json_value(text)) == repr(json.loads(text))


@pytest.mark.parametrize("text", NONE)
def test_what_is_no_json_is_told(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        json_value(text)


def test_what_is_too_deep_is_told() -> None:
    with pytest.raises(RecursionError):
        json_value("[" * 100_000 + "]" * 100_000)
