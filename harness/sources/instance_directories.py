"""The directories of instances below nova's instances path on each host."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from harness.core.nova import UUID_LENGTH
from harness.core.shape import ShapeError, items, take, take_amount, take_or_none
from harness.core.source import Gauge, ProbeSource

KINDS = {"": "", "_resize": "resize", "_del": "delete"}
"""What follows the uuid in a directory's name -> what the directory is for."""


@dataclass(frozen=True, slots=True)
class InstanceDirectory:
    """A directory that is named by a server's uuid. ``path`` is nova's instances path.

    ``kind`` is "" for a server's own, "resize" for what a move keeps to go back to, "delete" for
    what nova is taking away, "other" for any further name. ``age`` is in seconds since it changed,
    by the host's clock. ``bytes`` is what its files take. ``shared``: other hosts may have the
    same one, since its file system comes from a network. ``inode`` is a new one's own. ``link`` is
    where it leads if it is a link, ``unread`` why it was not read to its end, so that it may take
    more than ``bytes``; both are "" otherwise.
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
    link: str = ""
    unread: str = ""

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
            link=take_or_none(data, "link", str) or "",
            unread=take_or_none(data, "unread", str) or "",
        )


def _taken(rows: tuple[InstanceDirectory, ...]) -> Mapping[str, float]:
    """Return what the directories of each host take; nothing of a host where one is not read."""
    unread = {row.host for row in rows if row.unread}
    taken: dict[str, float] = {}
    for row in rows:
        if row.host in unread:
            continue
        taken[row.host] = taken.get(row.host, 0.0) + row.bytes / 2**30
    return taken


SOURCE = ProbeSource("instance_directories", parse, (Gauge("instance_files_gb", "GB", _taken),))
