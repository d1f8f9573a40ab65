"""A large block that is freed is the system's again, also when many were freed before."""

import ctypes
import subprocess
import sys

import pytest

from harness.adapters.allocator import LARGE

_KEEPS = """
import ctypes
from pathlib import Path
from harness.adapters.allocator import map_large_blocks

libc = ctypes.CDLL(None)
libc.malloc.restype, libc.malloc.argtypes = ctypes.c_void_p, [ctypes.c_size_t]
libc.free.argtypes = [ctypes.c_void_p]

def held_by_the_heap_after_a_large_block_was_freed():
    libc.free(libc.malloc(SIZE))
    heap = [line for line in Path("/proc/self/maps").read_text().splitlines() if "[heap]" in line]
    begin, end = (int(part, 16) for part in heap[0].split()[0].split("-"))
    block = libc.malloc(SIZE)
    inside = begin <= block < int(end) + SIZE
    libc.free(block)
    return inside

DO
print(held_by_the_heap_after_a_large_block_was_freed())
"""


def _inside(first: str) -> str:
    code = _KEEPS.replace("SIZE", str(16 * LARGE)).replace("DO", first)
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    return done.stdout.strip()


@pytest.mark.skipif(not hasattr(ctypes.CDLL(None), "mallopt"), reason="another C library")
def test_a_large_block_is_mapped_by_itself() -> None:
    assert _inside("map_large_blocks()") == "False"
    assert _inside("") == "True"
