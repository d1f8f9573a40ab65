"""Lists of neutron's: only the fields that are read, all pages, and what a cloud does without."""

from collections.abc import Iterable, Mapping
from typing import Any

from harness.core.answers.shape import ShapeError, items, take
from harness.core.apis.paging import pages
from harness.core.apis.paging import rows_of as rows_of
from harness.core.ports import Absent, Cloud, Unreachable

STAMPED = ("id", "name", "project_id", "created_at", "updated_at")
"""The fields that every thing of neutron's has; the times only with standard-attr-timestamp."""


def listed(
    cloud: Cloud,
    path: str,
    name: str,
    fields: Iterable[str],
    params: Mapping[str, str] | None = None,
) -> Any:
    """Return ``{"pages": […]}`` of the list ``name``, filtered by ``params``.

    Neutron sends all of it in one page unless its pagination_max_limit is set. Raises Unreachable.
    """
    asked = "&".join(f"fields={field}" for field in fields)
    return {"pages": list(pages(cloud, "network", f"{path}?{asked}", name, params=params))}


def listed_if_there(
    cloud: Cloud, path: str, name: str, fields: Iterable[str], extension: str
) -> Any:
    """Return ``listed``. Raises Absent where neutron runs without ``extension``.

    A path that neutron does not know is answered with 404, and so is much else; its list of
    extensions decides.
    """
    try:
        return listed(cloud, path, name, fields)
    except Unreachable as error:
        if error.gone:
            need_extension(cloud, extension)
        raise


def need_extension(cloud: Cloud, extension: str) -> None:
    """Raise Absent where neutron's own list of its extensions leaves one out, and ShapeError where
    it is empty."""
    known = items(cloud.get("network", "/extensions"), "extensions")
    if not known:
        raise ShapeError("neutron lists no extension at all")
    if extension not in {take(item, "alias", str) for item in known}:
        raise Absent(f"neutron of the cloud has no extension {extension!r}")
