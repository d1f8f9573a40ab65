"""Nova's flavors, public or not."""

from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct, field

from harness.core.answers.shape import items, take, take_or_none
from harness.core.apis.paging import pages, rows_of
from harness.core.apis.traits import holders, known, trait_in
from harness.core.ports import Cloud
from harness.core.views.source import CloudSource

MICROVERSION = "2.87"


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
    return {"pages": listed, "traits": holders(cloud, named)}


def _traits(extra_specs: Mapping[str, str]) -> list[str]:
    return [trait for trait in map(trait_in, extra_specs) if trait]


def parse(body: Any) -> Iterator[OfferedFlavor]:
    """Yield the flavors."""
    having = known(body)
    for data in rows_of(body, "flavors"):
        specs = take_or_none(data, "extra_specs", dict) or {}
        yield OfferedFlavor(
            uuid=take(data, "id", str),
            name=take(data, "name", str),
            public=take(data, "os-flavor-access:is_public", bool),
            extra_specs=specs,
            having={trait: having[trait] for trait in _traits(specs) if trait in having},
        )


SOURCE = CloudSource("flavors", read, parse, standing=True)
