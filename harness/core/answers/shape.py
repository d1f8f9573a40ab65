"""Checks on the shape of an answer, so that a surprise is told and never read as emptiness."""

from collections.abc import Callable, Mapping, Sequence
from itertools import product
from operator import itemgetter
from sys import intern
from typing import Any, TypeVar, cast

from harness.core.answers.pieces import Texts

T = TypeVar("T")

_LARGEST = 2**63 - 1
"""No service keeps a larger integer in its database."""

_OFTEN_SAID = 64
"""A text up to this length (a uuid, a host, a state) is likely said of many things: kept once."""


said_once = intern
"""Returns the one copy of a text that is said of many things."""


class ShapeError(ValueError):
    """An answer is not of the shape that its API promises; the text says where and how."""


def take(data: Any, name: str, kind: type[T]) -> T:
    """Return ``data[name]`` if it is of ``kind``.

    A bool is not an int, an int is a float. Raises ShapeError otherwise, and for an integer that no
    database holds.
    """
    if type(data) is not dict and not isinstance(data, Mapping):
        raise ShapeError(f"expected an object with {name!r}, got {_named(data)}")
    if name not in data:
        raise ShapeError(f"{name!r} is missing")
    value = data[name]
    if kind is str and type(value) is str:
        return cast(T, said_once(value) if len(value) <= _OFTEN_SAID else value)
    if kind is float and isinstance(value, int) and not isinstance(value, bool):
        return cast(T, float(value))
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise ShapeError(f"{name!r} should be {kind.__name__}, got {_named(value)}")
    if kind is int and not -_LARGEST <= cast(int, value) <= _LARGEST:
        raise ShapeError(f"{name!r} is an absurd number of {len(str(value))} digits")
    return value


def take_amount(data: Any, name: str) -> int:
    """Return the integer ``data[name]`` of what cannot be less than nothing.

    Raises ShapeError as ``take`` does, and where it is negative.
    """
    value = take(data, name, int)
    if value < 0:
        raise ShapeError(f"{name!r} is an absurd number: {value}")
    return value


def take_or_none(data: Any, name: str, kind: type[T]) -> T | None:
    """Return ``data[name]`` if it is of ``kind``, None where it is null or absent."""
    if (type(data) is dict or isinstance(data, Mapping)) and data.get(name) is None:
        return None
    return take(data, name, kind)


def take_null(data: Any, name: str, kind: type[T]) -> T | None:
    """Return ``data[name]`` if it is of ``kind``, None where it is null.

    Raises ShapeError where it is absent: what a policy hides from the harness is not empty.
    """
    if (type(data) is dict or isinstance(data, Mapping)) and name not in data:
        raise ShapeError(f"{name!r} is missing: does a policy of the cloud hide it?")
    return take_or_none(data, name, kind)


class Record:
    """The fields of an object that is one of very many: all are looked at in one go.

    Says just what ``take`` says of the ``needed`` and ``take_or_none`` of the ``others``, field
    by field.
    """

    def __init__(self, needed: Mapping[str, type[Any]], others: Mapping[str, type[Any]]) -> None:
        kinds: list[tuple[type[Any], ...]] = [(kind,) for kind in needed.values()]
        kinds += [(kind, type(None)) for kind in others.values()]
        self._needed, self._others = needed, others
        self._absent = dict.fromkeys(others)
        self._values: Callable[[Any], tuple[Any, ...]] = itemgetter(*needed, *others)
        self._right = frozenset(product(*kinds))

    def of(self, data: Any) -> tuple[Any, ...]:
        """Return the values in the order of the fields. Raises ShapeError as ``take`` does."""
        try:
            values = self._values(data)
        except (KeyError, TypeError, IndexError):
            return self._with_absent(data)
        return values if tuple(map(type, values)) in self._right else self._one_by_one(data)

    def _with_absent(self, data: Any) -> tuple[Any, ...]:
        """Take what is absent of the others for null, as ``take_or_none`` does."""
        if type(data) is dict and not self._needed.keys() - data.keys():
            values = self._values({**self._absent, **data})
            if tuple(map(type, values)) in self._right:
                return values
        return self._one_by_one(data)

    def _one_by_one(self, data: Any) -> tuple[Any, ...]:
        return (
            *(take(data, name, kind) for name, kind in self._needed.items()),
            *(take_or_none(data, name, kind) for name, kind in self._others.items()),
        )


def integers(data: Any, name: str) -> dict[str, int]:
    """Return the object ``data[name]`` if all its values are integers; else raise ShapeError."""
    values = take(data, name, dict)
    return {key: take(values, key, int) for key in values}


def amounts(data: Any, name: str) -> dict[str, int]:
    """Return the object ``data[name]`` if ``take_amount`` takes all its values."""
    values = take(data, name, dict)
    if all(type(value) is int and 0 <= value <= _LARGEST for value in values.values()):
        return values
    return {key: take_amount(values, key) for key in values}


def items(data: Any, name: str) -> Sequence[Any]:
    """Return the list ``data[name]``. Raises ShapeError where it is no list."""
    if type(data) is dict and isinstance(found := data.get(name), Texts):
        return found
    return take(data, name, list)


def _named(value: Any) -> str:
    return "null" if value is None else type(value).__name__
