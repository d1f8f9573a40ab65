"""Allocations and resource providers, changed behind nova's back."""

import uuid
from collections.abc import Mapping
from typing import Any

from harness.selftest.ground import Ground, PlantFailed, undo
from harness.selftest.steps.servers import show

VERSION = "1.28"
Parts = Mapping[str, Mapping[str, int]]
"""provider uuid -> resource class -> amount"""

OF_ONE = {"VCPU": 1, "MEMORY_MB": 64, "DISK_GB": 1}
AMOUNTS_OF_ONE = {"vcpus": 1, "memory_mb": 64, "disk_gb": 1}


@undo
def allocation_is_gone(ground: Ground, consumer: str) -> None:
    """Delete what a consumer holds."""
    ground.ask("placement", "DELETE", f"/allocations/{consumer}", version=VERSION, gone=True)


@undo
def allocation_is_back(
    ground: Ground, consumer: str, parts: Parts, project: str, user: str
) -> None:
    """Make a server hold what it held, or nothing where it is gone."""
    if show(ground, consumer) is None:
        allocation_is_gone.run(ground, consumer)
    else:
        _put(ground, consumer, parts, project, user)


@undo
def provider_is_gone(ground: Ground, provider: str) -> None:
    """Delete a resource provider."""
    ground.ask("placement", "DELETE", f"/resource_providers/{provider}", version=VERSION, gone=True)


def provider(ground: Ground, host: str) -> str:
    """Return the uuid of a host's resource provider."""
    path = f"/resource_providers?name={host}"
    found = ground.ask("placement", "GET", path, version=VERSION)["resource_providers"]
    if not found:
        raise PlantFailed(f"placement has no resource provider of the name {host}")
    return str(found[0]["uuid"])


def held(ground: Ground, consumer: str) -> dict[str, dict[str, int]]:
    """Return what a consumer holds."""
    parts = _allocations(ground, consumer)["allocations"]
    return {name: part["resources"] for name, part in parts.items()}


def take_over(ground: Ground, consumer: str) -> None:
    """Write down that what a consumer holds must go: nova will lose it."""
    ground.will(allocation_is_gone, consumer=consumer)


def hold_anew(ground: Ground, consumer: str, parts: Parts) -> None:
    """Make a consumer that holds nothing hold ``parts``; a new project and user own it."""
    ground.will(allocation_is_gone, consumer=consumer)
    _put(ground, consumer, parts, uuid.uuid4().hex, uuid.uuid4().hex)


def hold_instead(ground: Ground, server: str, parts: Parts) -> None:
    """Make a server hold ``parts`` instead of what it holds; nothing where there are none."""
    now = _allocations(ground, server)
    before = {name: part["resources"] for name, part in now["allocations"].items()}
    ground.will(
        allocation_is_back,
        consumer=server,
        parts=before,
        project=now["project_id"],
        user=now["user_id"],
    )
    if parts:
        _put(ground, server, parts, now["project_id"], now["user_id"])
    else:
        allocation_is_gone.run(ground, server)


def hold_more(ground: Ground, move: str, more: Mapping[str, int]) -> None:
    """Make what a move holds of one provider more; all of it goes when the plant is removed, as it
    does when the move ends."""
    now = _allocations(ground, move)
    ((name, part),) = now["allocations"].items()
    grown = {key: amount + more.get(key, 0) for key, amount in part["resources"].items()}
    ground.will(allocation_is_gone, consumer=move)
    _put(ground, move, {name: grown}, now["project_id"], now["user_id"])


def new_provider(ground: Ground, inventory: Mapping[str, int]) -> tuple[str, str]:
    """Make a resource provider with an inventory; returns its uuid and name."""
    found, name = str(uuid.uuid4()), ground.name("provider")
    ground.will(provider_is_gone, provider=found)
    body = {"uuid": found, "name": name}
    made = ground.ask("placement", "POST", "/resource_providers", body, version=VERSION)
    ground.ask(
        "placement",
        "PUT",
        f"/resource_providers/{found}/inventories",
        {
            "resource_provider_generation": made["generation"],
            "inventories": {key: {"total": total} for key, total in inventory.items()},
        },
        version=VERSION,
    )
    return found, name


def _allocations(ground: Ground, consumer: str) -> Any:
    return ground.ask("placement", "GET", f"/allocations/{consumer}", version=VERSION)


def _put(ground: Ground, consumer: str, parts: Parts, project: str, user: str) -> None:
    now = _allocations(ground, consumer)
    body = {
        "allocations": {name: {"resources": dict(part)} for name, part in parts.items()},
        "project_id": project,
        "user_id": user,
        "consumer_generation": now.get("consumer_generation"),
    }
    ground.ask("placement", "PUT", f"/allocations/{consumer}", body, version=VERSION)
