"""Finds the packets of a subunit v2 stream among whatever else is in it."""

import zlib
from collections.abc import Iterator

_SIGNATURE = b"\xb3"
_VERSION = 0x2
_SMALLEST = 8


def packets(stream: bytes) -> Iterator[bytes]:
    """Yield what is a packet by its signature, version, length and checksum.

    A packet that was cut takes nothing with it: the search goes on at its second byte.
    """
    at = stream.find(_SIGNATURE)
    while at >= 0:
        length = _length(stream, at)
        packet = stream[at : at + length]
        if length and len(packet) == length and _is_whole(packet):
            yield packet
            at = stream.find(_SIGNATURE, at + length)
        else:
            at = stream.find(_SIGNATURE, at + 1)


def _length(stream: bytes, at: int) -> int:
    """Return the length that a header claims, or 0 where there is no header."""
    header = stream[at : at + 6]
    if len(header) < 6 or header[1] >> 4 != _VERSION:
        return 0
    size, rest = header[3] >> 6, header[3] & 0x3F
    length = (rest, rest << 8 | header[4], rest << 16 | header[4] << 8 | header[5], 0)[size]
    return length if length >= _SMALLEST else 0


def _is_whole(packet: bytes) -> bool:
    return zlib.crc32(packet[:-4]) == int.from_bytes(packet[-4:], "big")
