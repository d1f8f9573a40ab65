"""Where in the evidence a thing is named: parsed rows, raw records, and request ids in them."""

import re
from collections.abc import Iterator, Mapping, Sequence, Set
from contextlib import suppress
from dataclasses import fields, is_dataclass
from typing import Any

from msgspec import Struct, structs

from harness.core.answers.capture import Capture
from harness.core.views.snapshot import View

_UUID = re.compile(r"[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}", re.IGNORECASE)
_WORDS = re.compile(r"[\s@:,/]+")
_REQUEST = re.compile(r"req-[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")
_DEPTH = 40


def rows_about(view: View, subject: str) -> list[Any]:
    """Return the rows of a view that name a subject in any of their fields."""
    return [row for row in view.rows if _in(fields_of(row), subject)]


def fields_of(row: Any) -> Any:
    """Return name -> value of a row or of another value of fields; anything else as it is."""
    if isinstance(row, Struct):
        return structs.asdict(row)
    if is_dataclass(row) and not isinstance(row, type):
        return {field.name: getattr(row, field.name) for field in fields(row)}
    return row


def records_about(capture: Capture, source: str, subject: str) -> Iterator[tuple[str, Any]]:
    """Yield (place, record) for the smallest JSON objects of a source's answers that name it.

    A key of an object that is the subject makes the object's value such a record. There is none
    where an answer cannot be read, which its view tells.
    """
    for answer in capture.of(source):
        with suppress(ValueError, RecursionError):
            for record in _smallest(answer.body, subject, 0):
                yield answer.place, record


def request_ids(record: Any) -> set[str]:
    """Return every request id that is written anywhere in a record."""
    return {match for text in _texts(record, 0) for match in _REQUEST.findall(text)}


def named_in(text: str, subject: str) -> bool:
    """Tell whether a text names a subject: a uuid anywhere, any other name as a word of its own."""
    if not subject:
        return False
    if _UUID.fullmatch(subject):
        return subject in text
    return text == subject or subject in _WORDS.split(text)


def _in(value: Any, subject: str) -> bool:
    return any(named_in(text, subject) for text in _texts(value, 0))


def _texts(value: Any, depth: int) -> Iterator[str]:
    if depth > _DEPTH:
        return
    value = fields_of(value)
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for name, inner in value.items():
            yield str(name)
            yield from _texts(inner, depth + 1)
    elif isinstance(value, Sequence | Set):
        for inner in value:
            yield from _texts(inner, depth + 1)


def _smallest(value: Any, subject: str, depth: int) -> Iterator[Any]:
    if depth > _DEPTH:
        return
    if isinstance(value, Sequence) and not isinstance(value, str):
        for inner in value:
            yield from _smallest(inner, subject, depth + 1)
    elif isinstance(value, Mapping):
        if subject in value:
            yield {subject: value[subject]}
        elif any(isinstance(own, str) and named_in(own, subject) for own in value.values()):
            yield value
        else:
            for inner in value.values():
                yield from _smallest(inner, subject, depth + 1)
