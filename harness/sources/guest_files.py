"""What libvirt on each host keeps of guests beside their disks: NVRAM, saved memory, TPM."""

import re
from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from harness.core.answers.shape import said_once
from harness.core.answers.typed import Amount, each
from harness.core.views.source import ProbeSource

_NAMES = {
    "nvram": re.compile(r"(.+)_VARS\.(?:fd|qcow2|raw|img)", re.DOTALL),
    "save": re.compile(r"(.+)\.save", re.DOTALL),
}


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


class _Told(Struct, gc=False):
    kind: str
    name: str
    bytes: Amount
    inode: Amount


def parse(host: str, body: Any) -> Iterator[GuestFile]:
    """Yield the files of a host."""
    for told in each(body, "files", _Told):
        kind, guest = said_once(told.kind), _guest(told.kind, told.name)
        yield GuestFile(host, kind, told.name, guest, told.bytes, told.inode)


def _guest(kind: str, name: str) -> str:
    if kind not in _NAMES:
        return name
    match = _NAMES[kind].fullmatch(name)
    return match[1] if match else ""


SOURCE = ProbeSource("guest_files", parse)
