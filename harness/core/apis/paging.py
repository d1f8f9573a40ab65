"""Lists that an API cuts into pages: all of them, or a surprise."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

from harness.core.answers.shape import ShapeError, items, take, take_or_none
from harness.core.ports import Cloud


def pages(
    cloud: Cloud,
    service: str,
    path: str,
    name: str,
    *,
    microversion: str | None = None,
    params: Mapping[str, str] | None = None,
) -> Iterator[Any]:
    """Yield every page of the list ``name``.

    Its links are in ``<name>_links``, or glance's one link in ``next``. Raises ports.Unreachable,
    and ShapeError for a page that is none or links in a circle.
    """
    asked = dict(params or {})
    seen: set[str] = set()
    while True:
        page = cloud.get(service, path, microversion=microversion, params=asked)
        items(page, name)
        yield page
        following = _following(page, f"{name}_links") or _glances(page)
        if not following:
            return
        if following["marker"] in seen:
            raise ShapeError(f"the pages of {name} go round in a circle")
        seen.add(following["marker"])
        asked |= following


def _following(page: Mapping[str, Any], links: str) -> dict[str, str]:
    """Return what to ask the next page with, or {} where this is the last."""
    for link in items(page, links) if page.get(links) is not None else []:
        if take(link, "rel", str) == "next":
            return _query(take(link, "href", str), links)
    return {}


def _glances(page: Mapping[str, Any]) -> dict[str, str]:
    """Return the same of glance's link, which is a path."""
    link = take_or_none(page, "next", str)
    return _query(link, "next") if link else {}


def _query(link: str, where: str) -> dict[str, str]:
    query = parse_qs(urlsplit(link).query)
    if "marker" not in query:
        raise ShapeError(f"{where} has a next page without a marker")
    return {name: query[name][0] for name in ("limit", "marker") if name in query}


def unlinked_pages(
    cloud: Cloud,
    service: str,
    path: str,
    name: str,
    following: Callable[[list[Any]], Mapping[str, str]],
    *,
    microversion: str,
    params: Mapping[str, str],
) -> Iterator[Any]:
    """Yield the pages of a list that its API cuts without a link to the next, until one is empty.

    ``following`` makes the parameters of the next page from all items of the pages before.
    """
    had: list[Any] = []
    asked = dict(params)
    while True:
        page = cloud.get(service, path, microversion=microversion, params=asked)
        found = items(page, name)
        yield page
        if not found:
            return
        if found[-1] in had:
            raise ShapeError(f"the pages of {name} go round in a circle")
        had += found
        asked |= following(had)


def rows_of(body: Any, name: str) -> list[Any]:
    """Return the things on all pages of a stored list ``{"pages": […]}``. Raises ShapeError."""
    return [data for page in items(body, "pages") for data in items(page, name)]
