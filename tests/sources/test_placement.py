"""Providers and allocations: asked for one by one, none left out."""

from typing import Any

import pytest

from harness.core.answers.shape import ShapeError
from harness.core.ports import Unreachable
from harness.sources import allocations, providers
from harness.sources.allocations import Allocation
from harness.sources.providers import Inventory
from tests.sources.answers import (
    ALLOCATIONS,
    CHILD,
    INVENTORIES,
    NO_ALLOCATIONS,
    NO_INVENTORIES,
    NO_USAGES,
    PROVIDER,
    PROVIDERS,
    SERVER,
    USAGES,
    CloudOf,
)

ROOT, LEAF = f"/resource_providers/{PROVIDER}", f"/resource_providers/{CHILD}"


def _cloud(**changes: Any) -> CloudOf:
    answers = {
        "/resource_providers": [PROVIDERS],
        f"{ROOT}/allocations": [ALLOCATIONS],
        f"{LEAF}/allocations": [NO_ALLOCATIONS],
        f"{ROOT}/inventories": [INVENTORIES],
        f"{ROOT}/usages": [USAGES],
        f"{LEAF}/inventories": [NO_INVENTORIES],
        f"{LEAF}/usages": [NO_USAGES],
    }
    return CloudOf(**(answers | changes))


def test_an_allocation_is_read() -> None:
    resources = {"VCPU": 1, "MEMORY_MB": 512, "DISK_GB": 1}
    assert list(allocations.parse(allocations.read(_cloud()))) == [
        Allocation(SERVER, PROVIDER, "compute1.example.org", 7, resources)
    ]


def test_one_of_a_nested_provider_is_of_its_node() -> None:
    held = {**ALLOCATIONS, "allocations": {SERVER: {"resources": {"VGPU": 1}}}}
    rows = list(allocations.parse(allocations.read(_cloud(**{f"{LEAF}/allocations": [held]}))))
    assert [(row.provider, row.provider_name) for row in rows] == [
        (PROVIDER, "compute1.example.org"),
        (CHILD, "compute1.example.org"),
    ]
    counted = allocations.SOURCE.gauges[0].measure(tuple(rows))
    assert counted == {"compute1.example.org": 1}


def test_a_provider_that_goes_meanwhile_is_left_out() -> None:
    gone = Unreachable("HTTP 404", 404)
    body = allocations.read(_cloud(**{f"{LEAF}/allocations": [gone]}))
    assert [row.provider for row in allocations.parse(body)] == [PROVIDER]
    body = providers.read(_cloud(**{f"{LEAF}/usages": [gone]}))
    assert [row.uuid for row in providers.parse(body)] == [PROVIDER]


def test_a_provider_that_cannot_be_read_costs_the_view() -> None:
    broken = Unreachable("HTTP 503", 503)
    with pytest.raises(Unreachable):
        allocations.read(_cloud(**{f"{LEAF}/allocations": [broken]}))
    with pytest.raises(Unreachable):
        providers.read(_cloud(**{f"{ROOT}/usages": [broken]}))


def test_a_listed_provider_that_was_not_asked_is_a_surprise() -> None:
    body = allocations.read(_cloud())
    del body["held"][CHILD]
    with pytest.raises(ShapeError):
        list(allocations.parse(body))


def test_a_provider_is_read() -> None:
    root, leaf = providers.parse(providers.read(_cloud()))
    assert root.inventories["MEMORY_MB"] == Inventory(16384, 512, 1.0, 16384)
    assert (root.usages, root.generation) == ({"VCPU": 1, "MEMORY_MB": 512}, 7)
    assert (leaf.root, leaf.parent, leaf.usages) == (PROVIDER, PROVIDER, {})
