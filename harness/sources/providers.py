"""Resource providers with their inventories and usages, as placement holds them."""

from collections.abc import Iterator, Mapping, Sequence
from http import HTTPStatus
from typing import Any

from msgspec import Struct

from harness.core.answers.shape import ShapeError, amounts, items, take, take_amount, take_or_none
from harness.core.ports import Cloud, Unreachable, went
from harness.core.views.source import CloudSource

MICROVERSION = "1.28"


class Inventory(Struct, frozen=True, gc=False):
    """How much of a resource class a provider has, keeps back, and may promise beyond.

    ``most`` is how much one consumer may have at most, None where that was not told.
    """

    total: int
    reserved: int
    ratio: float
    most: int | None = None

    @property
    def limit(self) -> int:
        """How much may be promised in all (placement/objects/allocation.py: _check_capacity)."""
        return int((self.total - self.reserved) * self.ratio)


class Provider(Struct, frozen=True, gc=False):
    """A resource provider. ``usages`` maps resource class -> amount, in the class's own unit.

    ``generation`` is the generation at which the usages were read. Placement raises it with every
    write, but not where a consumer's allocations are deleted (placement/objects/allocation.py:
    delete_all): generations that differ prove a change, equal ones prove nothing. ``computes``: it
    has nova's trait COMPUTE_NODE; None where that was not asked or placement has no such trait.
    """

    uuid: str
    name: str
    root: str
    parent: str
    generation: int
    inventories: Mapping[str, Inventory]
    usages: Mapping[str, int]
    computes: bool | None = None

    @property
    def key(self) -> str:
        return self.uuid


def read(cloud: Cloud) -> Any:
    """Ask for all providers, then for the inventories and usages of each, then for those that nova
    marked as compute nodes.

    A provider that went meanwhile has None.
    """
    listed = cloud.get("placement", "/resource_providers", microversion=MICROVERSION)
    parts = {uuid: _parts(cloud, uuid) for uuid in sorted(_uuids(listed))}
    return {"listed": listed, "parts": parts, "compute_nodes": _compute_nodes(cloud)}


def _compute_nodes(cloud: Cloud) -> Any:
    """Ask for the providers with nova's trait; None where placement does not know it."""
    wanted = {"required": "COMPUTE_NODE"}
    try:
        return cloud.get(
            "placement", "/resource_providers", microversion=MICROVERSION, params=wanted
        )
    except Unreachable as error:
        if error.status != HTTPStatus.BAD_REQUEST:
            raise
        return None


def _parts(cloud: Cloud, uuid: str) -> Any:
    path = f"/resource_providers/{uuid}"
    try:
        return {
            part: cloud.get("placement", f"{path}/{part}", microversion=MICROVERSION)
            for part in ("inventories", "usages")
        }
    except Unreachable as error:
        went(cloud, "placement", path, error, MICROVERSION)
        return None


def parse(body: Any) -> Iterator[Provider]:
    """Yield the providers. Raises ShapeError where the usages are not those of the inventories:
    placement tells one for each (placement/objects/usage.py), 0 too."""
    parts = take(body, "parts", dict)
    marked = take_or_none(body, "compute_nodes", dict)
    computing = None if marked is None else _uuids(marked)
    for data in items(take(body, "listed", dict), "resource_providers"):
        uuid = take(data, "uuid", str)
        if uuid in parts and parts[uuid] is None:
            continue
        part = take(parts, uuid, dict)
        usages = take(part, "usages", dict)
        inventories = take(take(part, "inventories", dict), "inventories", dict)
        used = amounts(usages, "usages")
        if bool(used) != bool(inventories):
            raise ShapeError(f"provider {uuid} has inventories without usages, or the other way")
        yield Provider(
            uuid=uuid,
            name=take(data, "name", str),
            root=take_or_none(data, "root_provider_uuid", str) or uuid,
            parent=take_or_none(data, "parent_provider_uuid", str) or "",
            generation=take(usages, "resource_provider_generation", int),
            inventories={name: _inventory(item) for name, item in inventories.items()},
            usages=used,
            computes=None if computing is None else uuid in computing,
        )


def _uuids(listed: Any) -> frozenset[str]:
    return frozenset(take(item, "uuid", str) for item in items(listed, "resource_providers"))


def _inventory(data: Any) -> Inventory:
    return Inventory(
        take_amount(data, "total"),
        take_amount(data, "reserved"),
        take(data, "allocation_ratio", float),
        take_or_none(data, "max_unit", int),
    )


def _contradicted(rows: Mapping[str, Sequence[Any]]) -> str:
    nodes = len(rows.get("hypervisors", ()))
    return f"nova has {nodes} hypervisors, each of which has a provider" if nodes else ""


SOURCE = CloudSource("providers", read, parse, contradicted=_contradicted)
