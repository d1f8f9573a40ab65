"""What libvirt on each host keeps of guests beside their disks: NVRAM, saved memory, TPM."""

import re
from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from harness.core.shape import items, take, take_amount
from harness.core.source import ProbeSource

_ENDINGS = {"nvram": r"_VARS\.(?:fd|qcow2|raw|img)", "save": r"\.save"}


class GuestFile(Struct, frozen=True, gc=False):
    """A file or, for a TPM, a directory. ``kind`` is "nvram", "save" or "tpm".

    ``guest`` is the name of the domain that it belongs to, the uuid for a TPM, or "" where its name
    is none that libvirt gives. ``bytes`` is what it takes, ``inode`` a new one's own.
    """

    host: str
    kind: str
    name: str
    guest: str
    bytes: int
    inode: int

    @property
    def key(self) -> str:
        return f"{self.kind}/{self.name}@{self.host}"


def parse(host: str, body: Any) -> Iterator[GuestFile]:
    """Yield the files of a host."""
    for data in items(body, "files"):
        kind, name = take(data, "kind", str), take(data, "name", str)
        yield GuestFile(
            host=host,
            kind=kind,
            name=name,
            guest=_guest(kind, name),
            bytes=take_amount(data, "bytes"),
            inode=take_amount(data, "inode"),
        )


def _guest(kind: str, name: str) -> str:
    if kind not in _ENDINGS:
        return name
    match = re.fullmatch(rf"(.+){_ENDINGS[kind]}", name, re.DOTALL)
    return match[1] if match else ""


SOURCE = ProbeSource("guest_files", parse)
