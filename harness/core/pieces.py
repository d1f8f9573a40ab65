"""A long list that is not whole in memory: its items are packed, and unpacked one after the other.

Each item is JSON in a gzip member of its own, just as it is stored.
"""

import gzip
import json
import struct
import zlib
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, overload

from harness.core.json_text import json_value

_HEAD = struct.Struct("<4s4xxBH2sHII")
"""RFC 1952: magic, method and flags; time and extra flags 0; system; one extra subfield of 8 bytes,
which holds the size of the member, and a checksum of its kind and size."""
_MAGIC = b"\x1f\x8b\x08\x04"
_SYSTEM_UNKNOWN = 255
_SUBFIELD, _EXTRA = 8, 12
_END = struct.Struct("<II")
PIECE = b"hp"
"""The kind of a member that is a piece."""


class Pieces(Sequence[Any]):
    """A list of JSON values, each packed by itself. It is as immutable as a tuple."""

    def __init__(self, packed: Iterable[bytes]) -> None:
        self.packed = tuple(packed)

    def __len__(self) -> int:
        return len(self.packed)

    @overload
    def __getitem__(self, index: int) -> Any: ...
    @overload
    def __getitem__(self, index: slice) -> list[Any]: ...
    def __getitem__(self, index: int | slice) -> Any:
        if isinstance(index, slice):
            return [json_value(gzip.decompress(member)) for member in self.packed[index]]
        return json_value(gzip.decompress(self.packed[index]))

    def __iter__(self) -> Iterator[Any]:
        for member in self.packed:
            yield json_value(gzip.decompress(member))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and list(self) == list(other)

    def __hash__(self) -> int:
        return hash(self.packed)


def in_pieces(values: Iterable[Any]) -> Pieces:
    """Pack each value as it comes, so that no two of them are in memory at once."""
    return Pieces(member(written(value), PIECE) for value in values)


def written(value: Any) -> str:
    """Return a value as JSON text without blanks; names keep their order."""
    return json.dumps(value, separators=(",", ":"))


def member(text: str, kind: bytes) -> bytes:
    """Return a gzip member that tells its own kind (two letters) and size, so that a reader can
    step over it; any gzip reader reads it."""
    content = text.encode("utf-8")
    deflate = zlib.compressobj(6, zlib.DEFLATED, -zlib.MAX_WBITS)
    body = deflate.compress(content) + deflate.flush()
    size = _HEAD.size + len(body) + _END.size
    head = _HEAD.pack(_MAGIC, _SYSTEM_UNKNOWN, _EXTRA, kind, _SUBFIELD, size, _check(kind, size))
    return head + body + _END.pack(zlib.crc32(content), len(content) & 0xFFFFFFFF)


def members(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield kind and member of what ``member`` made, one after the other.

    Raises ValueError where something else follows, or less than a whole member.
    """
    at = 0
    while at < len(content):
        kind, size = _told(content, at)
        if kind is None or size <= _HEAD.size or at + size > len(content):
            raise ValueError("a part of the file is missing or is none of ours")
        yield kind, content[at : at + size]
        at += size


def in_members(content: bytes) -> bool:
    """Tell whether this begins with what ``member`` made."""
    return _told(content, 0)[0] is not None


def _told(content: bytes, at: int) -> tuple[bytes | None, int]:
    if len(content) - at < _HEAD.size:
        return None, 0
    magic, _, extra, kind, length, size, check = _HEAD.unpack_from(content, at)
    ours = (magic, extra, length) == (_MAGIC, _EXTRA, _SUBFIELD) and check == _check(kind, size)
    return (kind, size) if ours else (None, 0)


def _check(kind: bytes, size: int) -> int:
    return zlib.crc32(kind + size.to_bytes(4, "little"))
