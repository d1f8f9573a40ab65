"""What a source answered, packed until it is looked at: thousands of hosts say more as objects than
a driver has memory for.

It is a gzip member of its own, just as it is stored, so that to store it again costs nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from harness.core.answers.json_text import json_value
from harness.core.answers.members import BODY, Unreadable, member, opened
from harness.core.answers.pieces import Pieces, Texts, written

LONG = 1000
"""Characters of JSON from which on a body is packed, and its lists are left as text."""
_FIELDS = msgspec.json.Decoder(dict[str, msgspec.Raw])
_LIST = msgspec.json.Decoder(list[msgspec.Raw])


@dataclass(frozen=True)
class Packed:
    """A body as a gzip member."""

    member: bytes

    def opened(self) -> Any:
        """Return the body, made anew; the long lists of an object are ``Texts``.

        Raises Unreadable where it is damaged, no JSON or too deep.
        """
        text = opened(self.member)
        try:
            return _looked_at(text)
        except (ValueError, RecursionError) as error:
            raise Unreadable(f"it is no JSON: {error}") from None


def seen(kept: Any) -> Any:
    """Return a body that may be packed, for one who looks at it. Raises Unreadable."""
    return kept.opened() if isinstance(kept, Packed) else kept


def in_short(body: Any) -> Any:
    """Return a body that came as it is kept: packed where it is long. One that has ``Pieces`` stays
    as it is.

    Raises what ``written`` raises where it is no JSON.
    """
    if isinstance(body, Packed) or pieces_in(body):
        return body
    text = written(body)
    return packed_text(text) if len(text) >= LONG else body


def packed_text(text: str) -> Packed:
    """Pack a body that was written as JSON."""
    return Packed(member(text, BODY))


def pieces_in(body: Any) -> Mapping[str, Pieces]:
    """Return the lists of pieces of a body that is an object, by name."""
    named = body.items() if isinstance(body, dict) else ()
    return {name: value for name, value in named if isinstance(value, Pieces)}


def _looked_at(text: bytes) -> Any:
    try:
        fields = _FIELDS.decode(text)
    except msgspec.DecodeError:  # no object, or one of the few texts that only ``json`` takes
        return json_value(text)
    return {name: _value(raw) for name, raw in fields.items()}


def _value(raw: msgspec.Raw) -> Any:
    text = memoryview(raw)
    is_list = bytes(text[:1]) == b"["
    return Texts(_LIST.decode(raw)) if is_list and len(text) >= LONG else json_value(raw)
