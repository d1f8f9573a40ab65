"""The files of nova's image cache on each host: ``_base`` below the instances path."""

from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct

from harness.core.answers.shape import items, take, take_amount
from harness.core.views.source import Gauge, ProbeSource


class CachedImage(Struct, frozen=True, gc=False):
    """A file that disks of guests rest on, or rested. ``bytes`` is what it takes.

    ``modified`` is in seconds since the epoch by the host's clock: nova touches what is in use, and
    removes what was in use by nobody for a day (remove_unused_original_minimum_age_seconds).
    """

    host: str
    name: str
    bytes: int
    modified: float

    @property
    def key(self) -> str:
        return f"{self.name}@{self.host}"


def parse(host: str, body: Any) -> Iterator[CachedImage]:
    """Yield the files of a host's cache."""
    for data in items(body, "images"):
        modified = take(data, "modified", float)
        yield CachedImage(host, take(data, "name", str), take_amount(data, "bytes"), modified)


def _taken(rows: tuple[CachedImage, ...]) -> Mapping[str, float]:
    taken: dict[str, float] = {}
    for row in rows:
        taken[row.host] = taken.get(row.host, 0.0) + row.bytes / 2**30
    return taken


SOURCE = ProbeSource("cached_images", parse, (Gauge("image_cache_gb", "GB", _taken),))
