"""The directories of instances below nova's instances path on each host."""

from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct

from harness.core.nova import UUID_LENGTH
from harness.core.shape import take
from harness.core.source import Gauge, ProbeSource
from harness.core.typed import Amount, each

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


class _Told(Struct, gc=False):
    name: str
    changed: float
    bytes: Amount
    inode: Amount
    files: list[str]


def parse(host: str, body: Any) -> Iterator[InstanceDirectory]:
    """Yield the directories of a host."""
    path, now = take(body, "path", str), take(body, "now", float)
    shared = take(body, "shared", bool)
    same: dict[tuple[str, ...], tuple[str, ...]] = {}
    for told in each(body, "directories", _Told):
        name, files = told.name, tuple(told.files)
        yield InstanceDirectory(
            host=host,
            path=path,
            name=name,
            uuid=name[:UUID_LENGTH],
            kind=KINDS.get(name[UUID_LENGTH:], "other"),
            age=now - told.changed,
            bytes=told.bytes,
            inode=told.inode,
            shared=shared,
            files=same.setdefault(files, files),
        )


def _taken(rows: tuple[InstanceDirectory, ...]) -> Mapping[str, float]:
    taken: dict[str, float] = {}
    for row in rows:
        taken[row.host] = taken.get(row.host, 0.0) + row.bytes / 2**30
    return taken


SOURCE = ProbeSource("instance_directories", parse, (Gauge("instance_files_gb", "GB", _taken),))
