"""The disks below nova's instances path on each host, as qemu-img and their files tell them."""

from collections.abc import Iterator
from typing import Any

from msgspec import UNSET, Struct, UnsetType

from harness.core.answers.shape import said_once, take
from harness.core.answers.typed import Amount, each, given
from harness.core.apis.nova import UUID_LENGTH
from harness.core.views.source import ProbeSource


class InstanceDisk(Struct, frozen=True, gc=False):
    """A disk. ``directory`` is that of the instance ``uuid``; both are "" where it lies beside them
    in ``path``.

    ``format`` is "qcow2" or "raw". Sizes are in bytes: what a guest sees, and what it takes.
    ``backing`` is the path of the file that it rests on, or "". ``unread`` says why nothing more
    than its name is known, or is ""; where ``name`` is "" it says why the whole directory was not
    read, and ``allocated`` is what is known of it. What lies in a directory of no instance has that
    in its ``name``.
    """

    host: str
    path: str
    directory: str
    name: str
    uuid: str
    format: str = ""
    virtual: int = 0
    allocated: int = 0
    backing: str = ""
    backing_there: bool = True
    unread: str = ""

    @property
    def key(self) -> str:
        return f"{self.place}@{self.host}"

    @property
    def place(self) -> str:
        """Return where it lies below the instances path."""
        return f"{self.directory}/{self.name}" if self.directory else self.name

    @property
    def promised(self) -> int:
        """Return the bytes that the guest may still write, as nova counts them (nova/virt/libvirt/
        driver.py: _get_instance_disk_info_from_config)."""
        left = self.virtual - self.allocated
        return max(0, left) if self.format == "qcow2" else left


class _Told(Struct, gc=False):
    """``format`` and ``virtual`` are told where ``error`` is not, ``backing_there`` with a backing
    file."""

    directory: str
    name: str
    allocated: Amount
    error: str | None = None
    format: str | UnsetType = UNSET
    virtual: Amount | UnsetType = UNSET
    backing: str | None = None
    backing_there: bool | UnsetType = UNSET


def parse(host: str, body: Any) -> Iterator[InstanceDisk]:
    """Yield the disks of a host."""
    path = take(body, "path", str)
    for told in each(body, "disks", _Told):
        directory, name = told.directory, said_once(told.name)
        where = (host, path, directory, name, directory[:UUID_LENGTH])
        if told.error is not None:
            unread = told.error or "no reason was given"
            yield InstanceDisk(*where, allocated=told.allocated, unread=unread)
            continue
        backing = told.backing or ""
        yield InstanceDisk(
            *where,
            format=said_once(given(told.format, "format")),
            virtual=given(told.virtual, "virtual"),
            allocated=told.allocated,
            backing=said_once(backing),
            backing_there=given(told.backing_there, "backing_there") if backing else True,
        )


SOURCE = ProbeSource("instance_disks", parse)
