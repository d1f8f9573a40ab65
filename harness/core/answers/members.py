"""Gzip members that tell their own kind and size, so that a reader can step over them.

Any gzip reader reads them.
"""

import struct
import zlib
from collections.abc import Iterator

_HEAD = struct.Struct("<4s4xxBH2sHII")
"""RFC 1952: magic, method and flags; time and extra flags 0; system; one extra subfield of 8 bytes,
which holds the size of the member, and a checksum of its kind and size."""
_MAGIC = b"\x1f\x8b\x08\x04"
_SYSTEM_UNKNOWN = 255
_SUBFIELD, _EXTRA = 8, 12
_END = struct.Struct("<II")
_GZIP = 16 + zlib.MAX_WBITS
PIECE = b"hp"
"""The kind of a member that is a piece."""
BODY = b"hw"
"""The kind of one that is a whole body. Its checksum is of all that follows the head too: a reader
who leaves it packed still sees at once whether it is damaged."""


class Unreadable(ValueError):
    """What is packed cannot be read; the text says why."""


def member(text: str, kind: bytes) -> bytes:
    """Return a text as a member of a kind, which is two letters."""
    content = text.encode("utf-8")
    deflate = zlib.compressobj(6, zlib.DEFLATED, -zlib.MAX_WBITS)
    rest = deflate.compress(content) + deflate.flush()
    rest += _END.pack(zlib.crc32(content), len(content) & 0xFFFFFFFF)
    size = _HEAD.size + len(rest)
    check = _check(kind, size, rest)
    return _HEAD.pack(_MAGIC, _SYSTEM_UNKNOWN, _EXTRA, kind, _SUBFIELD, size, check) + rest


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


def opened(packed: bytes) -> bytes:
    """Return the text of a member. Raises Unreadable where it is damaged."""
    try:
        return zlib.decompress(packed, _GZIP)
    except zlib.error as error:
        raise Unreadable(f"it is damaged: {error}") from None


def _told(content: bytes, at: int) -> tuple[bytes | None, int]:
    if len(content) - at < _HEAD.size:
        return None, 0
    magic, _, extra, kind, length, size, check = _HEAD.unpack_from(content, at)
    rest = memoryview(content)[at + _HEAD.size : at + size]
    ours = (magic, extra, length) == (_MAGIC, _EXTRA, _SUBFIELD)
    return (kind, size) if ours and check == _check(kind, size, rest) else (None, 0)


def _check(kind: bytes, size: int, rest: bytes | memoryview) -> int:
    of_head = zlib.crc32(kind + size.to_bytes(4, "little"))
    return zlib.crc32(rest, of_head) if kind == BODY else of_head
