"""The directories of instances below nova's instances path on each host."""

from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct

from harness.core.nova import UUID_LENGTH
from harness.core.shape import ShapeError, items, take, take_amount
from harness.core.source import Gauge, ProbeSource

KINDS = {"": "", "_resize": "resize", "_del": "delete"}
"""What follows the uuid in a directory's name -> what the directory is for."""


class InstanceDirectory(Struct, frozen=True, gc=False):
    """A directory that is named by a server's uuid. ``path`` is nova's instances path.

    ``kind`` is "" for a server's own, "resize" for what a move keeps to go back to, "delete" for
    what nova is taking away, "other" for any further name. ``age`` is in seconds since it changed,
    by the host's clock. ``bytes`` is what its files take. ``shared``: other hosts may have the
    same one, since its file system comes from a network. ``inode`` is a new one's own.
    """

    host: str
    path: str
    name: str
    uuid: str
    kind: str
    age: float
    bytes: int
    inode: int
    shared: bool
    files: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        return f"{self.name}@{self.host}"


def parse(host: str, body: Any) -> Iterator[InstanceDirectory]:
    """Yield the directories of a host."""
    path, now = take(body, "path", str), take(body, "now", float)
    shared = take(body, "shared", bool)
    for data in items(body, "directories"):
        name, files = take(data, "name", str), items(data, "files")
        if not all(isinstance(file, str) for file in files):
            raise ShapeError("'files' should be a list of names")
        yield InstanceDirectory(
            host=host,
            path=path,
            name=name,
            uuid=name[:UUID_LENGTH],
            kind=KINDS.get(name[UUID_LENGTH:], "other"),
            age=now - take(data, "changed", float),
            bytes=take_amount(data, "bytes"),
            inode=take_amount(data, "inode"),
            shared=shared,
            files=tuple(files),
        )


def _taken(rows: tuple[InstanceDirectory, ...]) -> Mapping[str, float]:
    taken: dict[str, float] = {}
    for row in rows:
        taken[row.host] = taken.get(row.host, 0.0) + row.bytes / 2**30
    return taken


SOURCE = ProbeSource("instance_directories", parse, (Gauge("instance_files_gb", "GB", _taken),))
