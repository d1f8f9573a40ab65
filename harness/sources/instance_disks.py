"""The disks below nova's instances path on each host, as qemu-img and their files tell them."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from harness.core.nova import UUID_LENGTH
from harness.core.shape import items, take, take_amount, take_or_none
from harness.core.source import ProbeSource


@dataclass(frozen=True, slots=True)
class InstanceDisk:
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


def parse(host: str, body: Any) -> Iterator[InstanceDisk]:
    """Yield the disks of a host."""
    path = take(body, "path", str)
    for data in items(body, "disks"):
        directory, name = take(data, "directory", str), take(data, "name", str)
        where = (host, path, directory, name, directory[:UUID_LENGTH])
        allocated = take_amount(data, "allocated")
        unread = take_or_none(data, "error", str)
        if unread is not None:
            unread = unread or "no reason was given"
            yield InstanceDisk(*where, allocated=allocated, unread=unread)
            continue
        backing = take_or_none(data, "backing", str) or ""
        yield InstanceDisk(
            *where,
            format=take(data, "format", str),
            virtual=take_amount(data, "virtual"),
            allocated=allocated,
            backing=backing,
            backing_there=take(data, "backing_there", bool) if backing else True,
        )


SOURCE = ProbeSource("instance_disks", parse)
