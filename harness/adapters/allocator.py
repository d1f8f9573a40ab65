"""How glibc takes memory for a process that lives for weeks."""

import ctypes

LARGE = 128 * 1024
"""Bytes from which on a block is mapped by itself, as glibc begins."""
_M_MMAP_THRESHOLD = -3  # malloc.h


def map_large_blocks() -> bool:
    """Have each large block mapped by itself for ever, so that the system has it back once freed.

    Left alone, glibc takes the next ones from its heap when the first was freed, however large
    (mallopt(3): M_MMAP_THRESHOLD). A table that is made anew now and then, such as Python's of
    interned strings, leaves a hole of its size there each time. Return whether it could be set:
    with another C library it cannot, and need not.
    """
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (OSError, AttributeError):
        return False
    return bool(mallopt(_M_MMAP_THRESHOLD, LARGE))
