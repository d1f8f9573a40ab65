"""Glance's images, of all projects and in every state.

``visibility=all`` leaves out images that are hidden (os_hidden), so these are asked for too, with
the same limit. An admin sees the private images of everybody
(glance/db/sqlalchemy/api.py: _select_images_query).
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct, field

from harness.core.answers.shape import items, take, take_or_none
from harness.core.apis.paging import pages, rows_of
from harness.core.apis.traits import holders, is_trait, known, trait_in
from harness.core.ports import Cloud
from harness.core.views.source import CloudSource

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

PREFIXES: Mapping[str, str] = {
    "hw_cdrom_bus": "COMPUTE_STORAGE_BUS",
    "hw_disk_bus": "COMPUTE_STORAGE_BUS",
    "hw_video_model": "COMPUTE_GRAPHICS_MODEL",
    "hw_vif_model": "COMPUTE_NET_VIF_MODEL",
    "hw_architecture": "HW_ARCH",
    "hw_emulation_architecture": "COMPUTE_ARCH",
    "hw_viommu_model": "COMPUTE_VIOMMU",
}
"""What nova may translate into a trait: property -> the beginning of the trait's name
(nova/scheduler/request_filter.py: transform_image_metadata)."""

_TELLING = frozenset({*PREFIXES, "img_hv_type", "hw_vm_mode", "os_distro", "os_type"})
_WORD = re.compile(r"[A-Za-z0-9_.-]{1,24}")
_REQUIRED = "required"


class Image(Struct, frozen=True, gc=False):
    """An image. ``size`` is in bytes, None until it has data.

    ``server`` is the uuid of the server that nova took it of, ``base_image`` the image that server
    was made from, ``kind`` is "snapshot" or "backup": all "" where nova did not make it.
    ``asks`` are those of its properties that may keep a server from a host: ``trait:NAME`` and a
    few of nova's. ``having`` maps each trait that these may ask for to the uuids of the providers
    with it, as far as placement knows the trait.
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
    asks: Mapping[str, str] = field(default_factory=dict)
    having: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def key(self) -> str:
        return self.uuid


def traits_of(asks: Mapping[str, str]) -> dict[str, str]:
    """Return the property -> the trait that a server of an image with such properties must have.

    Of ``trait:NAME`` nova heeds only those that are "required" (nova/objects/image_meta.py:
    _set_attr_from_trait_names).
    """
    asked = {
        name: trait
        for name, value in asks.items()
        if value == _REQUIRED and name.startswith("trait:") and (trait := trait_in(name))
    }
    return asked | {
        name: trait
        for name, prefix in PREFIXES.items()
        if name in asks and is_trait(trait := f"{prefix}_{asks[name].replace('-', '_').upper()}")
    }


def read(cloud: Cloud) -> Any:
    """Ask for all images, then for the hidden ones, then for who has the traits they ask for."""
    wanted = {"limit": _PAGE, "visibility": "all"}
    listed = [
        {**page, "images": [_public(image) for image in items(page, "images")]}
        for hidden in ("false", "true")
        for page in pages(
            cloud, "image", "/images", "images", params={**wanted, "os_hidden": hidden}
        )
    ]
    named = {
        trait
        for page in listed
        for image in page["images"]
        for trait in traits_of(_asks(image)).values()
    }
    return {"pages": listed, "traits": holders(cloud, named)}


def _public(image: Any) -> Any:
    named = image.items() if isinstance(image, Mapping) else ()
    telling = _asks(image) if isinstance(image, Mapping) else {}
    return {name: value for name, value in named if name in _KEPT or name in telling}


def _asks(image: Mapping[str, Any]) -> dict[str, str]:
    """Return the properties of an image by which a host is chosen, where their values are words."""
    return {
        name: value
        for name, value in image.items()
        if isinstance(value, str)
        and (name in _TELLING or (name.startswith("trait:") and trait_in(name)))
        and _WORD.fullmatch(value)
    }


def parse(body: Any) -> Iterator[Image]:
    """Yield the images; one that was hidden meanwhile is met again, and shows the later."""
    found: dict[str, Image] = {}
    having = known(body)
    for data in rows_of(body, "images"):
        found[take(data, "id", str)] = _image(data, having)
    yield from found.values()


def _image(data: Any, having: Mapping[str, tuple[str, ...]]) -> Image:
    uuid, asks = take(data, "id", str), _asks(data)
    wanted = traits_of(asks).values()
    return Image(
        uuid=uuid,
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
        asks=asks,
        having={trait: having[trait] for trait in wanted if trait in having},
    )


SOURCE = CloudSource("images", read, parse, standing=True)
