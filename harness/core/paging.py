"""Lists that an API cuts into pages: all of them, or a surprise."""

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

from harness.core.ports import Cloud
from harness.core.shape import ShapeError, items, take


def pages(
    cloud: Cloud,
    service: str,
    path: str,
    name: str,
    *,
    microversion: str | None = None,
    params: Mapping[str, str] | None = None,
) -> Iterator[Any]:
    """Yield every page of the list ``name``, whose links are in ``<name>_links``.

    Raises ports.Unreachable, and ShapeError for a page that is none or links in a circle.
    """
    asked = dict(params or {})
    seen: set[str] = set()
    while True:
        page = cloud.get(service, path, microversion=microversion, params=asked)
        items(page, name)
        yield page
        following = _following(page, f"{name}_links")
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
            query = parse_qs(urlsplit(take(link, "href", str)).query)
            if "marker" not in query:
                raise ShapeError(f"{links} has a next page without a marker")
            return {name: query[name][0] for name in ("limit", "marker") if name in query}
    return {}
