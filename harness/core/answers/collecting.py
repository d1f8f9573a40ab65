"""The garbage collector, kept still while very many rows are made or judged.

Rows, JSON and breaches hold no cycles, so that there is nothing to collect; each walk of the
collector visits all that was made before, which of ten times the rows is more than ten times the
work.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def uncollected() -> Iterator[None]:
    """Keep the collector still, and leave it as it was found."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
