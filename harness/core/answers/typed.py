"""Things of which there are very many, read by their type: msgspec makes of a text no more than the
type asks for, and checks all of that.

A type is a ``msgspec.Struct`` whose fields have the names that the service gives them. As
``shape.take`` has it, a bool is no integer, a float neither, an integer is a float, and null is
taken only where the type says so. What the type does not name is passed over.
"""

import re
from collections.abc import Iterable
from typing import Annotated, Any, TypeVar

import msgspec

from harness.core.answers.json_text import json_value
from harness.core.answers.pieces import Texts
from harness.core.answers.shape import ShapeError, items

T = TypeVar("T")
Amount = Annotated[int, msgspec.Meta(ge=0, le=2**63 - 1)]
"""An integer of what cannot be less than nothing, and that a database can hold."""
HIDDEN = ": does a policy of the cloud hide it?"
"""Why a field may be absent that the API has."""
_MISSING = re.compile(r"Object missing required field `(?P<name>.*?)`")
_WRONG = re.compile(r"Expected `(?P<kind>.*?)`, got `(?P<seen>.*?)`(?P<at> - at `.*)?$")
_NAME = re.compile(r"[^.`]*(?=`$)")
_ABSURD = re.compile(r"[<>]= -?\d+|out of range")


def each(data: Any, name: str, kind: type[T]) -> Iterable[T]:
    """Return the items of the list ``data[name]`` as ``kind``; ``Texts`` straight from the text.

    Raises ShapeError where it is no list, or an item is not of this type.
    """
    listed = items(data, name)
    if not isinstance(listed, Texts):
        return _converted(listed, list[kind])  # type: ignore[valid-type]
    decoder = msgspec.json.Decoder(kind)
    return (_decoded(text, decoder) for text in listed.texts())


def given(value: T | msgspec.UnsetType, name: str, why: str = "") -> T:
    """Return a field that only some things may lack. Raises ShapeError where it is absent."""
    if value is msgspec.UNSET:
        raise ShapeError(f"{name!r} is missing{why}")
    return value


def _decoded(text: bytes | msgspec.Raw, decoder: "msgspec.json.Decoder[T]") -> T:
    try:
        return decoder.decode(text)
    except msgspec.DecodeError:  # wrong, or one of the few texts that only ``json`` takes
        return _converted(json_value(text), decoder.type)


def _converted(value: Any, kind: type[T]) -> T:
    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        raise ShapeError(_in_words(str(error))) from None


def _in_words(text: str) -> str:
    """Say in the words of ``shape.take`` what msgspec says, which ends with " - at `$.path`"."""
    name = match[0] if (match := _NAME.search(text)) else ""
    if match := _MISSING.match(text):
        return f"{match['name']!r} is missing"
    if match := _WRONG.match(text):
        kind = match["kind"].removesuffix(" | null")
        where = repr(name) if match["at"] and not name.startswith("$") else "an item"
        return f"{where} should be {kind}, got {match['seen']}"
    return f"{name!r} is an absurd number" if _ABSURD.search(text) else text
