"""Checks on the shape of an answer, so that a surprise is told and never read as emptiness."""

from collections.abc import Mapping
from typing import Any, TypeVar, cast

T = TypeVar("T")


class ShapeError(ValueError):
    """An answer is not of the shape that its API promises; the text says where and how."""


def take(data: Any, name: str, kind: type[T]) -> T:
    """Return ``data[name]`` if it is of ``kind``.

    A bool is not an int, an int is a float. Raises ShapeError otherwise.
    """
    if not isinstance(data, Mapping):
        raise ShapeError(f"expected an object with {name!r}, got {_named(data)}")
    if name not in data:
        raise ShapeError(f"{name!r} is missing")
    value = data[name]
    if kind is float and isinstance(value, int) and not isinstance(value, bool):
        return cast(T, float(value))
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise ShapeError(f"{name!r} should be {kind.__name__}, got {_named(value)}")
    return value


def take_or_none(data: Any, name: str, kind: type[T]) -> T | None:
    """Return ``data[name]`` if it is of ``kind``, None where it is null or absent."""
    if isinstance(data, Mapping) and data.get(name) is None:
        return None
    return take(data, name, kind)


def integers(data: Any, name: str) -> dict[str, int]:
    """Return the object ``data[name]`` if all its values are integers; else raise ShapeError."""
    values = take(data, name, dict)
    return {key: take(values, key, int) for key in values}


def items(data: Any, name: str) -> list[Any]:
    """Return the list ``data[name]``. Raises ShapeError where it is no list."""
    return take(data, name, list)


def _named(value: Any) -> str:
    return "null" if value is None else type(value).__name__
