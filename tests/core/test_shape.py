"""A surprise in an answer is told, and never read as emptiness."""

import pytest

from harness.core.answers.shape import ShapeError, items, take, take_or_none


@pytest.mark.parametrize("data", [None, [], "text", 5])
def test_what_is_no_object_is_a_surprise(data: object) -> None:
    with pytest.raises(ShapeError, match="expected an object"):
        take(data, "name", str)


@pytest.mark.parametrize(
    ("value", "kind"), [("1", int), (True, int), (1.0, int), (None, str), (True, float), ({}, list)]
)
def test_a_value_of_another_kind_is_a_surprise(value: object, kind: type) -> None:
    with pytest.raises(ShapeError, match="'name' should be"):
        take({"name": value}, "name", kind)


def test_an_int_is_a_float() -> None:
    assert take({"ratio": 16}, "ratio", float) == 16.0


def test_missing_is_a_surprise_where_it_is_promised() -> None:
    with pytest.raises(ShapeError, match="'name' is missing"):
        take({}, "name", str)
    with pytest.raises(ShapeError, match="'rows' is missing"):
        items({}, "rows")


def test_null_or_absent_is_none_where_that_is_allowed() -> None:
    assert take_or_none({"name": None}, "name", str) is None
    assert take_or_none({}, "name", str) is None
    with pytest.raises(ShapeError):
        take_or_none({"name": 5}, "name", str)
    with pytest.raises(ShapeError):
        take_or_none([], "name", str)
