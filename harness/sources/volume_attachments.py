"""Cinder's attachments: which server has which volume, or is about to.

The short list is asked for: the long one holds what connects to the storage, passwords too
(cinder/api/v3/views/attachments.py). Cinder gives no link to the next page, so it is asked until a
page is empty.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from msgspec import Struct

from harness.core.answers.shape import take, take_or_none
from harness.core.apis.cinder import listed_to_an_empty_page
from harness.core.apis.paging import rows_of
from harness.core.ports import Cloud
from harness.core.views.source import CloudSource


class VolumeAttachment(Struct, frozen=True, gc=False):
    """An attachment of ``volume``. ``status`` is cinder's: "reserved", "attaching", "attached", ….

    ``server`` is the uuid that who made it gave, "" where it is for none (glance's own, say).
    Cinder tells no name, project or times of it: its volume has some.
    """

    uuid: str
    volume: str
    server: str
    status: str
    name: str = ""
    project: str = ""
    created: str = ""
    updated: str = ""

    @property
    def key(self) -> str:
        return self.uuid


def read(cloud: Cloud) -> Any:
    """Ask for the attachments of all projects. Raises Absent where the cloud has no cinder."""
    return listed_to_an_empty_page(cloud, "/attachments", "attachments")


def parse(body: Any) -> Iterator[VolumeAttachment]:
    """Yield the attachments."""
    for data in rows_of(body, "attachments"):
        yield VolumeAttachment(
            uuid=take(data, "id", str),
            volume=take(data, "volume_id", str),
            server=take_or_none(data, "instance", str) or "",
            status=take(data, "status", str),
        )


def _contradicted(rows: Mapping[str, Sequence[Any]]) -> str:
    """One volume may have lost its attachment, and a rule tells it; not all of several at once."""
    mine = {volume for server in rows.get("servers", ()) for volume in server.volumes}
    used = [v.uuid for v in rows.get("volumes", ()) if v.status == "in-use" and v.uuid in mine]
    return f"cinder and nova have {len(used)} volumes in use" if len(used) > 1 else ""


SOURCE = CloudSource("volume_attachments", read, parse, optional=True, contradicted=_contradicted)
