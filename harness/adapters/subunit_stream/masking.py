"""Covers secrets in a subunit v2 stream, of which all else stays as it was, to the byte.

An attachment comes in pieces, and a secret may be torn between two: they are put together first.
Packets keep their lengths and get new checksums. What lies between packets is covered as well.
"""

import zlib
from collections.abc import Callable, Iterator
from itertools import pairwise

from harness.adapters.subunit_stream.packets import packets

_TIMESTAMP, _TEST_ID, _TAGS, _MIME, _FILE = 0x0200, 0x0800, 0x0080, 0x0020, 0x0040
_CHECKSUM = 4

Span = tuple[int, int]


def masked_stream(stream: bytes, cover: Callable[[bytes], bytes]) -> bytes:
    """Return the stream with its attachments, and all that is no packet, covered.

    ``cover`` returns bytes of the same number.
    """
    covered = bytearray(stream)
    whole = list(_places(stream))
    attachments: dict[bytes, list[Span]] = {}
    for start, end in whole:
        try:
            name, span = _attachment(stream, start)
        except IndexError:
            continue  # no packet of subunit's, though its checksum is right: it is read by nobody
        if span[0] < span[1] <= end - _CHECKSUM:
            attachments.setdefault(name, []).append(span)
    edges = [(0, 0), *whole, (len(stream), len(stream))]
    between = [[(end, start)] for (_, end), (start, _) in pairwise(edges) if end < start]
    for spans in (*attachments.values(), *between):
        _cover(covered, spans, cover)
    for start, end in whole:
        content = covered[start : end - _CHECKSUM]
        covered[end - _CHECKSUM : end] = zlib.crc32(content).to_bytes(_CHECKSUM, "big")
    return bytes(covered)


def _places(stream: bytes) -> Iterator[Span]:
    at = 0
    for packet in packets(stream):
        at = stream.index(packet, at)
        yield at, at + len(packet)
        at += len(packet)


def _cover(stream: bytearray, spans: list[Span], cover: Callable[[bytes], bytes]) -> None:
    joined = b"".join(stream[start:end] for start, end in spans)
    hidden, at = cover(joined), 0
    if hidden == joined:
        return
    for start, end in spans:
        stream[start:end] = hidden[at : at + end - start]
        at += end - start


def _attachment(stream: bytes, at: int) -> tuple[bytes, Span]:
    """Return what an attachment of a packet belongs to (test and name), and where its bytes are.

    The layout is that of subunit/v2.py: ByteStreamToStreamResult._parse.
    """
    flags = int.from_bytes(stream[at + 1 : at + 3], "big")
    _, at = _number(stream, at + 3)
    if flags & _TIMESTAMP:
        _, at = _number(stream, at + 4)
    test, at = _text(stream, at) if flags & _TEST_ID else (b"", at)
    if flags & _TAGS:
        count, at = _number(stream, at)
        for _ in range(count):
            _, at = _text(stream, at)
    if flags & _MIME:
        _, at = _text(stream, at)
    if not flags & _FILE:
        return b"", (at, at)
    name, at = _text(stream, at)
    length, at = _number(stream, at)
    return test + b"\0" + name, (at, at + length)


def _text(stream: bytes, at: int) -> tuple[bytes, int]:
    length, at = _number(stream, at)
    return stream[at : at + length], at + length


def _number(stream: bytes, at: int) -> tuple[int, int]:
    """Return a number of subunit's and where it ends: two bits say how many bytes follow."""
    more = stream[at] >> 6
    value = int.from_bytes(stream[at : at + 1 + more], "big")
    return value & ((1 << (8 * (1 + more) - 2)) - 1), at + 1 + more
