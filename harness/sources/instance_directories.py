"""The directories of instances below nova's instances path on each host."""

from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct

from harness.core.answers.shape import take
from harness.core.answers.typed import Amount, each
from harness.core.apis.nova import UUID_LENGTH
from harness.core.views.source import Gauge, ProbeSource

KINDS = {"": "", "_resize": "resize", "_del": "delete"}
"""What follows the uuid in a directory's name -> what the directory is for."""


class InstanceDirectory(Struct, frozen=True, gc=False):
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


class _Told(Struct, gc=False):
    name: str
    changed: float
    bytes: Amount
    inode: Amount
    files: list[str]
    link: str | None = None
    unread: str | None = None


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
            link=told.link or "",
            unread=told.unread or "",
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
