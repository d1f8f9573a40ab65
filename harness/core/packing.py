"""A capture as the content of one file: one JSON document, packed with gzip.

``zcat`` shows ``{"answers": […]}`` as ever. It is written in gzip members, one for each answer and
one for each of the ``Pieces`` of a long list, so that who reads it again unpacks one at a time. A
file of one member, as it was written before, is read as well.
"""

import gzip
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from harness.core.capture import Answer, Capture, answer_from_json, capture_from_json
from harness.core.collecting import uncollected
from harness.core.json_text import json_value
from harness.core.pieces import PIECE, Pieces, in_members, member, members, written
from harness.core.shape import ShapeError, items

_ANSWER, _REST, _BETWEEN, _END = b"ha", b"hr", b"hb", b"he"
"""Kinds of members: an answer or its begin, more of it, commas, and the end of the document."""


def packed(capture: Capture) -> bytes:
    """Return what ``unpacked`` reads. Names keep their order, but for lists of pieces: those come
    last."""
    parts = [member('{"answers":[', _BETWEEN)]
    for number, answer in enumerate(capture.answers):
        parts += [member(",", _BETWEEN)] if number else []
        parts += _answer(answer)
    parts.append(member("]}", _END))
    return b"".join(parts)


def _answer(answer: Answer) -> Iterator[bytes]:
    lists = _lists(answer.body)
    if not lists:
        yield member(written(answer.as_json()), _ANSWER)
        return
    told = replace(answer, body=None).as_json()
    del told["body"]
    body = {name: value for name, value in answer.body.items() if name not in lists}
    text, kind = f'{written(told)[:-1]},"body":{written(body)[:-1]}', _ANSWER
    for name, pieces in lists.items():
        comma = "," if body or kind == _REST else ""
        yield member(f"{text}{comma}{written(name)}:[", kind)
        for number, piece in enumerate(pieces.packed):
            yield from [member(",", _BETWEEN)] if number else []
            yield piece
        text, kind = "]", _REST
    yield member(f"{text}}}}}", kind)


def _lists(body: Any) -> dict[str, Pieces]:
    named = body.items() if isinstance(body, dict) else ()
    return {name: value for name, value in named if isinstance(value, Pieces)}


def unpacked(content: bytes) -> Capture:
    """Read what ``packed`` wrote, now or earlier; a piece is unpacked only when it is looked at.

    Raises ValueError (ShapeError is one), OSError, EOFError, RecursionError or zlib.error for
    anything else.
    """
    if not content:
        raise EOFError("the file is empty")
    with uncollected():
        if not in_members(content):
            return capture_from_json(json_value(gzip.decompress(content)))
        return Capture(tuple(_answers(content)))


def _answers(content: bytes) -> Iterator[Answer]:
    text, lists, kind = "", dict[str, list[bytes]](), b""
    for kind, part in members(content):
        if kind == PIECE:
            lists[_last_name(text)].append(part)
        if kind in (_ANSWER, _END) and text:
            yield _read(text, lists)
            text, lists = "", {}
        if kind in (_ANSWER, _REST):
            text += gzip.decompress(part).decode("utf-8")
            if text.endswith('":['):
                lists[_last_name(text)] = []
    if kind != _END:
        raise EOFError("the end of the file is missing")


def _last_name(text: str) -> str:
    """Return the name whose list begins at the end of a text; a source's own, without escapes."""
    return text[: -len('":[')].rpartition('"')[2]


def _read(text: str, lists: Mapping[str, list[bytes]]) -> Answer:
    answer = answer_from_json(json_value(text))
    for name, parts in lists.items():
        if items(answer.body, name) != []:
            raise ShapeError(f"{name!r} is told twice")
        answer.body[name] = Pieces(parts)
    return answer
