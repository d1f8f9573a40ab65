"""Traits that flavors and images ask for, and which of placement's providers have them."""

import re
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any

from harness.core.answers.shape import items, take, take_or_none
from harness.core.ports import Cloud, Unreachable

MOST = 100
"""Of how many traits of one list it is asked who has them: anybody may name any in an image."""
_ASKED = "1.28"
_NAMED = re.compile(r"trait[a-zA-Z0-9_-]*:([A-Z0-9_]{1,255})")
"""``trait:NAME`` and ``trait<group>:NAME`` (nova/objects/request_spec.py: RequestGroup)."""
_TRAIT = re.compile(r"[A-Z0-9_]{1,255}")


def trait_in(name: str) -> str:
    """Return the trait that an extra spec or a property names, or ""."""
    match = _NAMED.fullmatch(name)
    return match[1] if match else ""


def is_trait(name: str) -> bool:
    """Tell whether placement could have a trait of that name."""
    return bool(_TRAIT.fullmatch(name))


def holders(cloud: Cloud, traits: Iterable[str]) -> dict[str, Any]:
    """Ask for the providers with each trait: trait -> answer, or None where placement did not say.

    A trait that placement does not know (HTTP 400) nobody has.
    """
    return {trait: _having(cloud, trait) for trait in sorted(set(traits))[:MOST]}


def _having(cloud: Cloud, trait: str) -> Any:
    wanted = {"required": trait}
    try:
        return cloud.get("placement", "/resource_providers", microversion=_ASKED, params=wanted)
    except Unreachable as error:
        return {"resource_providers": []} if error.status == HTTPStatus.BAD_REQUEST else None


def known(body: Any) -> Mapping[str, tuple[str, ...]]:
    """Return trait -> uuids of the providers with it, from the ``traits`` of a stored answer."""
    return {
        trait: tuple(take(item, "uuid", str) for item in items(answer, "resource_providers"))
        for trait, answer in (take_or_none(body, "traits", dict) or {}).items()
        if answer is not None
    }
