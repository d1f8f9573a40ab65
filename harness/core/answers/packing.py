"""A capture as the content of one file: one JSON document, packed with gzip.

``zcat`` shows ``{"answers": […]}`` as ever. It is written in gzip members, one for each answer and
one for each long body and each of the ``Pieces`` of a long list, so that who reads it again unpacks
one at a time. A file of one member, as it was written before, is read as well.
"""

import gzip
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from harness.core.answers.bodies import LONG, Packed, packed_text, pieces_in
from harness.core.answers.capture import Answer, Capture, answer_from_json, capture_from_json
from harness.core.answers.collecting import uncollected
from harness.core.answers.json_text import json_value
from harness.core.answers.members import BODY, PIECE, in_members, member, members, opened
from harness.core.answers.pieces import Pieces, written
from harness.core.answers.shape import ShapeError, items

_ANSWER, _REST, _BETWEEN, _END = b"ha", b"hr", b"hb", b"he"
"""Kinds of members: an answer or its begin, more of it, commas, and the end of the document."""


def packed(capture: Capture) -> bytes:
    """Return what ``unpacked`` reads. Names keep their order, but that a body comes last in its
    answer, and lists of pieces in their body."""
    parts = [member('{"answers":[', _BETWEEN)]
    comma, rest = member(",", _BETWEEN), member("}", _REST)
    for number, answer in enumerate(capture.answers):
        parts += [comma] if number else []
        parts += _in_pieces(answer) if pieces_in(answer.kept) else _answer(answer, rest)
    parts.append(member("]}", _END))
    return b"".join(parts)


def _answer(answer: Answer, rest: bytes) -> Iterator[bytes]:
    kept, head = answer.kept, f'{written(answer.about())[:-1]},"body":'
    if not isinstance(kept, Packed):
        text = written(kept)
        if len(text) < LONG:
            yield member(f"{head}{text}}}", _ANSWER)
            return
        kept = packed_text(text)
    yield from (member(head, _ANSWER), kept.member, rest)


def _in_pieces(answer: Answer) -> Iterator[bytes]:
    lists = pieces_in(answer.kept)
    body = {name: value for name, value in answer.kept.items() if name not in lists}
    text, kind = f'{written(answer.about())[:-1]},"body":{written(body)[:-1]}', _ANSWER
    for name, pieces in lists.items():
        comma = "," if body or kind == _REST else ""
        yield member(f"{text}{comma}{written(name)}:[", kind)
        for number, piece in enumerate(pieces.parts):
            yield from [member(",", _BETWEEN)] if number else []
            yield piece
        text, kind = "]", _REST
    yield member(f"{text}}}}}", kind)


def unpacked(content: bytes) -> Capture:
    """Read what ``packed`` wrote, now or earlier; a long body and a piece stay packed until they
    are looked at.

    Raises ValueError (ShapeError is one), OSError, EOFError, RecursionError or zlib.error for
    anything else.
    """
    if not content:
        raise EOFError("the file is empty")
    with uncollected():
        if not in_members(content):
            return capture_from_json(json_value(gzip.decompress(content)))
        return Capture(tuple(_answers(content)))


@dataclass
class _Read:
    """What was read of an answer: the text of its members, and what stays packed."""

    text: str = ""
    lists: dict[str, list[bytes]] = field(default_factory=dict)
    bodies: list[bytes] = field(default_factory=list)

    def took(self, kind: bytes, part: bytes) -> None:
        if kind == PIECE:
            self.lists[_last_name(self.text)].append(part)
        if kind == BODY:
            self.bodies.append(part)
            self.text += "null"
        if kind in (_ANSWER, _REST):
            self.text += opened(part).decode("utf-8")
            if self.text.endswith('":['):
                self.lists[_last_name(self.text)] = []

    def answer(self) -> Answer:
        answer = answer_from_json(json_value(self.text))
        for part in self.bodies:
            if answer.kept is not None:
                raise ShapeError("the body is told twice")
            answer = replace(answer, body=Packed(part))
        for name, parts in self.lists.items():
            if items(answer.kept, name) != []:
                raise ShapeError(f"{name!r} is told twice")
            answer.kept[name] = Pieces(parts)
        return answer


def _answers(content: bytes) -> Iterator[Answer]:
    read, kind = _Read(), b""
    for kind, part in members(content):
        if kind in (_ANSWER, _END) and read.text:
            yield read.answer()
            read = _Read()
        read.took(kind, part)
    if kind != _END:
        raise EOFError("the end of the file is missing")


def _last_name(text: str) -> str:
    """Return the name whose list begins at the end of a text; a source's own, without escapes."""
    return text[: -len('":[')].rpartition('"')[2]
