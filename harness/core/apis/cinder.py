"""Lists of cinder's: of all projects, all pages, without secrets.

Asked at microversion 3.65, which tells whether a thing counts in the quota; a cloud that is older
(before Wallaby) is asked at 3.27, the first with attachments as things of their own.
"""

from collections.abc import Iterator
from typing import Any

from harness.core.answers.shape import items, take
from harness.core.apis.paging import pages, unlinked_pages
from harness.core.ports import Cloud, Unreachable

NEWEST, OLDEST = "3.65", "3.27"
_NOT_ACCEPTABLE = 406
_ALL = {"all_tenants": "1", "limit": "1000"}
_PRIVATE = frozenset({"metadata", "volume_image_metadata"})


def listed(cloud: Cloud, path: str, name: str) -> Any:
    """Return ``{"pages": […]}`` of a list, without what its owners may have put secrets into.

    Raises Absent where the cloud has no cinder, and Unreachable.
    """
    try:
        return _listed(cloud, path, name, NEWEST)
    except Unreachable as error:
        if error.status != _NOT_ACCEPTABLE:
            raise
        return _listed(cloud, path, name, OLDEST)


def _listed(cloud: Cloud, path: str, name: str, version: str) -> Any:
    found = pages(cloud, "block_storage", path, name, microversion=version, params=_ALL)
    return {"pages": [{**page, name: list(_public(page, name))} for page in found]}


def _public(page: Any, name: str) -> Iterator[Any]:
    for item in items(page, name):
        yield {key: value for key, value in item.items() if key not in _PRIVATE}


def listed_to_an_empty_page(cloud: Cloud, path: str, name: str) -> Any:
    """Return the same of a list whose pages have no link to the next. Raises the same."""
    found = unlinked_pages(
        cloud,
        "block_storage",
        path,
        name,
        lambda had: {"marker": take(had[-1], "id", str)},
        microversion=OLDEST,
        params=_ALL,
    )
    return {"pages": list(found)}
