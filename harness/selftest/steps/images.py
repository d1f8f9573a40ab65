"""Images and snapshots of servers."""

from typing import Any

from harness.selftest.ground import Ground, undo
from harness.selftest.steps.database import LONG_AGO, change
from harness.selftest.steps.servers import act


@undo
def image_is_gone(ground: Ground, name: str) -> None:
    """Delete every image of a name, in whatever state."""
    for found in _named(ground, name):
        ground.ask("image", "DELETE", f"/images/{found['id']}", gone=True)


def _named(ground: Ground, name: str) -> list[dict[str, Any]]:
    listed = ground.ask("image", "GET", f"/images?name={name}")["images"]
    return [item for item in listed if item["name"] == name]


def queue(ground: Ground, name: str) -> str:
    """Make an image without data; returns its uuid."""
    ground.will(image_is_gone, name=name)
    body = {"name": name, "disk_format": "raw", "container_format": "bare"}
    return str(ground.ask("image", "POST", "/images", body)["id"])


def grow_old(ground: Ground, image: str, **columns: Any) -> None:
    """Let an image be as it is since long ago; ``columns`` are changed as well."""
    values = {"created_at": LONG_AGO, "updated_at": LONG_AGO, **columns}
    change(ground, "images", {"id": image}, values, "glance")


def snapshot(ground: Ground, server: str, name: str) -> str:
    """Take a snapshot of a server; returns the uuid of the image."""
    ground.will(image_is_gone, name=name)
    act(ground, server, "createImage", {"name": name})
    ground.wait(
        lambda: [item["status"] for item in _named(ground, name)] == ["active"],
        f"the snapshot {name} to be stored",
    )
    return str(_named(ground, name)[0]["id"])
