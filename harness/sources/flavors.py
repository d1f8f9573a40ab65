"""Nova's flavors, public or not."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct, field

from harness.core.paging import pages, rows_of
from harness.core.ports import Cloud, Unreachable
from harness.core.shape import items, take, take_or_none
from harness.core.source import CloudSource

MICROVERSION = "2.87"
_TRAITS = "1.28"
_TRAIT = re.compile(r"trait[a-zA-Z0-9_-]*:([A-Z0-9_]+)")


class OfferedFlavor(Struct, frozen=True, gc=False):
    """A flavor. ``uuid`` is the id that its maker chose, a uuid by default.

    It belongs to no project; nova tells no times. ``having`` maps each trait that its extra specs
    ask for or forbid to the uuids of the providers with it, as far as placement knows the trait.
    """

    uuid: str
    name: str
    public: bool
    extra_specs: Mapping[str, str]
    project: str = ""
    status: str = ""
    created: str = ""
    updated: str = ""
    having: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def key(self) -> str:
        return self.uuid


def read(cloud: Cloud) -> Any:
    """Ask for the flavors of both kinds (is_public=None), then for who has the traits they name."""
    wanted = {"is_public": "None", "limit": "1000"}
    path, version = "/flavors/detail", MICROVERSION
    listed = list(pages(cloud, "compute", path, "flavors", microversion=version, params=wanted))
    named = {
        trait
        for page in listed
        for flavor in items(page, "flavors")
        for trait in _traits(take_or_none(flavor, "extra_specs", dict) or {})
    }
    return {"pages": listed, "traits": {trait: _having(cloud, trait) for trait in sorted(named)}}


def _traits(extra_specs: Mapping[str, str]) -> list[str]:
    """Return the traits of ``trait:NAME`` and ``trait<group>:NAME``
    (nova/objects/request_spec.py: RequestGroup)."""
    return [match[1] for match in map(_TRAIT.fullmatch, extra_specs) if match]


def _having(cloud: Cloud, trait: str) -> Any:
    """Ask for the providers with a trait; None where placement does not know it or did not say."""
    wanted = {"required": trait}
    try:
        return cloud.get("placement", "/resource_providers", microversion=_TRAITS, params=wanted)
    except Unreachable:
        return None


def parse(body: Any) -> Iterator[OfferedFlavor]:
    """Yield the flavors."""
    known = {
        trait: tuple(take(item, "uuid", str) for item in items(answer, "resource_providers"))
        for trait, answer in (take_or_none(body, "traits", dict) or {}).items()
        if answer is not None
    }
    for data in rows_of(body, "flavors"):
        specs = take_or_none(data, "extra_specs", dict) or {}
        yield OfferedFlavor(
            uuid=take(data, "id", str),
            name=take(data, "name", str),
            public=take(data, "os-flavor-access:is_public", bool),
            extra_specs=specs,
            having={trait: known[trait] for trait in _traits(specs) if trait in known},
        )


SOURCE = CloudSource("flavors", read, parse, standing=True)
