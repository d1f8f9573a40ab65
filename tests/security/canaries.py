"""Secrets that are planted everywhere, and the search for them in everything that was written."""

import base64
import gzip
import json
import urllib.parse
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

KINDS = (
    "cloud-password", "url-password", "secure-yaml", "environment", "token", "admin-pass",
    "user-data", "metadata", "volume-metadata", "image-property", "certificate", "key",
    "tempest-password", "account", "libvirt-uri", "vnc", "qemu-argument", "fault", "header",
    "api-secret", "test-output", "chap", "database-url",
)  # fmt: skip


def value(kind: str) -> str:
    """Return the canary of a kind: with what quoting and encoding change."""
    return f"cAn4ry-{kind}/+&'é 7?"


def plain(kind: str) -> str:
    """Return one that can stand anywhere: in a URL, a header, an INI file."""
    return f"cAn4ry.{kind}.plain7"


CANARIES: Mapping[str, str] = {
    f"{kind}{mark}": make(kind) for kind in KINDS for mark, make in (("", value), ("!", plain))
}


def forms(secret: str) -> Iterator[bytes]:
    """Yield a secret as it may have been written: plain, in URLs, in JSON, in Python, in base64."""
    for text in (
        secret,
        urllib.parse.quote(secret),
        urllib.parse.quote(secret, safe=""),
        urllib.parse.quote_plus(secret),
        json.dumps(secret)[1:-1],
        json.dumps(secret, ensure_ascii=False)[1:-1],
        repr(secret)[1:-1],
        secret.replace("'", "&apos;").replace("&", "&amp;"),
    ):
        yield text.encode()
    raw = secret.encode()
    for before in range(3):
        for encode in (base64.b64encode, base64.urlsafe_b64encode):
            yield encode(b"\0" * before + raw)[4 : (before + len(raw)) // 3 * 4]


@dataclass(frozen=True)
class Written:
    """Something that was written, by name."""

    name: str
    content: bytes


def found(written: Iterable[Written], canaries: Mapping[str, str] = CANARIES) -> list[str]:
    """Return "canary in output" for each canary in each output."""
    looked = [(kind, set(forms(secret))) for kind, secret in canaries.items()]
    return [
        f"{kind} in {each.name}"
        for each in written
        for kind, shapes in looked
        if any(shape in content for content in _layers(each.content) for shape in shapes)
    ]


def _layers(content: bytes) -> list[bytes]:
    """Return a content, and what is packed in it."""
    if content[:2] != b"\x1f\x8b":
        return [content]
    try:
        return [content, gzip.decompress(content)]
    except (OSError, EOFError, zlib.error):
        return [content]


def files(folder: Path) -> Iterator[Written]:
    """Yield every file below a folder."""
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.is_symlink():
            yield Written(str(path.relative_to(folder)), path.read_bytes())
