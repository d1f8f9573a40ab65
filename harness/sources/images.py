"""Glance's images, of all projects and in every state.

``visibility=all`` leaves out images that are hidden (os_hidden), so these are asked for too, with
the same limit. An admin sees the private images of everybody
(glance/db/sqlalchemy/api.py: _select_images_query).
"""

from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct

from harness.core.paging import pages, rows_of
from harness.core.ports import Cloud
from harness.core.shape import items, take, take_or_none
from harness.core.source import CloudSource

_PAGE = "1000"
# fmt: off
_KEPT = frozenset({
    "id", "name", "status", "visibility", "owner", "size", "virtual_size", "created_at",
    "updated_at", "os_hidden", "protected", "min_ram", "min_disk", "disk_format",
    "container_format", "checksum", "os_hash_algo", "os_hash_value", "image_type",
    "instance_uuid", "base_image_ref", "image_state", "user_id", "owner_user_name",
    "owner_project_name",
})
# fmt: on
"""What is kept of an image; all else are properties of its owner's, or places with credentials."""


class Image(Struct, frozen=True, gc=False):
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
            {**page, "images": [_public(image) for image in items(page, "images")]}
            for hidden in ("false", "true")
            for page in pages(
                cloud, "image", "/images", "images", params={**wanted, "os_hidden": hidden}
            )
        ]
    }


def _public(image: Any) -> Any:
    named = image.items() if isinstance(image, Mapping) else ()
    return {name: value for name, value in named if name in _KEPT}


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
