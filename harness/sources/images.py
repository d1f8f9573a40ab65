"""Glance's images, of all projects and in every state.

``visibility=all`` leaves out images that are hidden (os_hidden), so these are asked for too, with
the same limit. An admin sees the private images of everybody
(glance/db/sqlalchemy/api.py: _select_images_query).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from harness.core.paging import pages, rows_of
from harness.core.ports import Cloud
from harness.core.shape import take, take_or_none
from harness.core.source import CloudSource

_PAGE = "1000"


@dataclass(frozen=True)
class Image:
    """An image. ``size`` is in bytes, None until it has data.

    ``server`` is the uuid of the server that nova took it of, ``base_image`` the image that server
    was made from, ``kind`` is "snapshot" or "backup": all "" where nova did not make it.
    """

    uuid: str
    name: str
    project: str
    status: str
    created: str
    updated: str
    visibility: str
    size: int | None
    server: str
    base_image: str
    kind: str

    @property
    def key(self) -> str:
        return self.uuid


def read(cloud: Cloud) -> Any:
    """Ask for all images, then for the hidden ones."""
    wanted = {"limit": _PAGE, "visibility": "all"}
    return {
        "pages": [
            page
            for hidden in ("false", "true")
            for page in pages(
                cloud, "image", "/images", "images", params={**wanted, "os_hidden": hidden}
            )
        ]
    }


def parse(body: Any) -> Iterator[Image]:
    """Yield the images; one that was hidden meanwhile is met again, and shows the later."""
    found: dict[str, Image] = {}
    for data in rows_of(body, "images"):
        found[take(data, "id", str)] = _image(data)
    yield from found.values()


def _image(data: Any) -> Image:
    return Image(
        uuid=take(data, "id", str),
        name=take_or_none(data, "name", str) or "",
        project=take_or_none(data, "owner", str) or "",
        status=take(data, "status", str),
        created=take_or_none(data, "created_at", str) or "",
        updated=take_or_none(data, "updated_at", str) or "",
        visibility=take_or_none(data, "visibility", str) or "",
        size=take_or_none(data, "size", int),
        server=take_or_none(data, "instance_uuid", str) or "",
        base_image=take_or_none(data, "base_image_ref", str) or "",
        kind=take_or_none(data, "image_type", str) or "",
    )


SOURCE = CloudSource("images", read, parse, standing=True)
