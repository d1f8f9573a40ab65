"""Objects are read by their type as ``take`` reads them field by field, from text and from JSON."""

import json
from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from harness.core.answers.bodies import LONG, packed_text
from harness.core.answers.pieces import Texts, in_pieces, written
from harness.core.answers.shape import ShapeError
from harness.core.answers.typed import Amount, each, given


class Thing(msgspec.Struct):
    name: str
    amount: Amount = 0
    ratio: float = 0.0
    up: bool = False
    host: str | None = None
    rest: Any = None
    seen: str | msgspec.UnsetType = msgspec.UNSET


def _in_body(item: Any) -> Any:
    """Return the list as it is in a body that was packed: so long that it is text."""
    return packed_text(written({"things": [{"name": "x" * LONG}, item]})).opened()["things"][1:]


LISTS: dict[str, Callable[[Any], Any]] = {
    "json": lambda item: [item],
    "pieces": lambda item: in_pieces([item]),
    "text": lambda item: Texts([json.dumps(item).encode()]),
    "body": _in_body,
}


def _read(item: Any, kind: str) -> list[Thing]:
    return list(each({"things": LISTS[kind](item)}, "things", Thing))


EVERY = pytest.mark.parametrize("packed", LISTS)


@EVERY
def test_what_is_told_is_read_and_the_rest_is_passed_over(packed: str) -> None:
    (thing,) = _read({"name": "a", "amount": 2**63 - 1, "ratio": 1, "x": [{}]}, packed)
    assert (thing.name, thing.amount, thing.ratio, thing.host) == ("a", 2**63 - 1, 1.0, None)


@EVERY
@pytest.mark.parametrize(
    ("item", "words"),
    [
        ({}, "'name' is missing"),
        ({"name": None}, "'name' should be str, got null"),
        ({"name": 5}, "'name' should be str, got int"),
        ({"name": "a", "amount": True}, "'amount' should be int, got bool"),
        ({"name": "a", "amount": 1.0}, "'amount' should be int, got float"),
        ({"name": "a", "amount": "1"}, "'amount' should be int, got str"),
        ({"name": "a", "amount": -1}, "'amount' is an absurd number"),
        ({"name": "a", "amount": 2**63}, "'amount' is an absurd number"),
        ({"name": "a", "amount": 10**400}, "absurd number"),
        ({"name": "a", "ratio": True}, "'ratio' should be float, got bool"),
        ({"name": "a", "up": 1}, "'up' should be bool, got int"),
        ({"name": "a", "host": 1}, "'host' should be str, got int"),
        ([], "should be object, got array"),
        (None, "should be object, got null"),
    ],
)
def test_a_wrong_type_is_told(item: Any, words: str, packed: str) -> None:
    with pytest.raises(ShapeError) as caught:
        _read(item, packed)
    assert words in str(caught.value)
    with pytest.raises(ShapeError) as plain:
        _read(item, "json")
    assert str(caught.value) == str(plain.value), "the same words, however it was kept"


@EVERY
@pytest.mark.parametrize("rest", ["\ud800", float("nan"), float("inf")])
def test_what_json_alone_takes_is_read_all_the_same(rest: Any, packed: str) -> None:
    (thing,) = _read({"name": "a", "rest": rest}, packed)
    assert json.dumps(thing.rest) == json.dumps(rest)


def test_a_field_that_is_absent_is_none_that_is_null() -> None:
    (thing,) = _read({"name": "a"}, "json")
    with pytest.raises(ShapeError, match="'seen' is missing: why"):
        given(thing.seen, "seen", ": why")
    assert given("b", "seen") == "b"


@pytest.mark.parametrize("body", [{}, {"things": {}}, {"things": None}, []])
def test_what_is_no_list_is_told(body: Any) -> None:
    with pytest.raises(ShapeError):
        list(each(body, "things", Thing))
