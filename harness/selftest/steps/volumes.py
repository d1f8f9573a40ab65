"""Volumes and their attachments, changed behind nova's back."""

from typing import Any

from harness.selftest.ground import Ground, undo
from harness.selftest.steps.database import LONG_AGO, change, select
from harness.selftest.steps.servers import VERSION as NOVAS
from harness.selftest.steps.servers import Booted, reach, show

VERSION = "3.27"


@undo
def volume_is_gone(ground: Ground, name: str) -> None:
    """Delete every volume of a name, whatever state it is in."""
    for found in _named(ground, name):
        states = {"status": "available", "attach_status": "detached"}
        _act(ground, found, "os-reset_status", states)
        _ask(ground, "DELETE", f"/volumes/{found}", gone=True)
    ground.wait(lambda: not _named(ground, name), f"volume {name} to go")


@undo
def attachments_are_gone(ground: Ground, volume: str) -> None:
    """Delete the attachments of a volume that are only reserved: what is attached is nova's."""
    listed = _ask(ground, "GET", f"/attachments?all_tenants=1&volume_id={volume}")["attachments"]
    for attachment in (each for each in listed if each["status"] == "reserved"):
        _ask(ground, "DELETE", f"/attachments/{attachment['id']}", gone=True)


@undo
def volume_has_state(ground: Ground, volume: str, status: str) -> None:
    """Give a volume back the state that it had."""
    _act(ground, volume, "os-reset_status", {"status": status}, gone=True)


def volume(ground: Ground) -> str:
    """Make a volume of 1 GB; returns its uuid."""
    name = ground.name("volume")
    ground.will(volume_is_gone, name=name)
    made = _ask(ground, "POST", "/volumes", {"volume": {"name": name, "size": 1}})
    found = str(made["volume"]["id"])
    ground.wait(lambda: status(ground, found) == "available", f"volume {found} to be available")
    return found


def status(ground: Ground, volume: str) -> str:
    """Return the state of a volume."""
    return str(_ask(ground, "GET", f"/volumes/{volume}")["volume"]["status"])


def attach(ground: Ground, server: Booted, volume: str) -> None:
    """Attach a volume to a server, as a user does."""
    body = {"volumeAttachment": {"volumeId": volume}}
    path = f"/servers/{server.uuid}/os-volume_attachments"
    ground.ask("compute", "POST", path, body, version=NOVAS)
    ground.wait(lambda: status(ground, volume) == "in-use", f"volume {volume} to be in use")
    reach(ground, server.uuid, str((show(ground, server.uuid) or {})["status"]))


def reserve(ground: Ground, volume: str, server: str) -> str:
    """Make an attachment of a volume to a server that need not exist; returns its uuid."""
    ground.will(attachments_are_gone, volume=volume)
    body = {"attachment": {"volume_uuid": volume, "instance_uuid": server}}
    return str(_ask(ground, "POST", "/attachments", body)["attachment"]["id"])


def set_state(ground: Ground, volume: str, state: str) -> None:
    """Give a volume a state that nobody works on."""
    ground.will(volume_has_state, volume=volume, status=status(ground, volume))
    _act(ground, volume, "os-reset_status", {"status": state})


def grow_old(ground: Ground, volume: str, state: str) -> None:
    """Let a volume be in a state since long ago, also in one that cinder lets nobody set."""
    values = {"status": state, "created_at": LONG_AGO, "updated_at": LONG_AGO}
    change(ground, "volumes", {"id": volume}, values, "cinder")


def _named(ground: Ground, name: str) -> list[str]:
    listed = _ask(ground, "GET", f"/volumes/detail?all_tenants=1&name={name}")["volumes"]
    return [item["id"] for item in listed if item["name"] == name]


def _act(ground: Ground, volume: str, action: str, body: Any, *, gone: bool = False) -> None:
    _ask(ground, "POST", f"/volumes/{volume}/action", {action: body}, gone=gone)


def _ask(ground: Ground, method: str, path: str, body: Any = None, *, gone: bool = False) -> Any:
    return ground.ask("block_storage", method, path, body, version=VERSION, gone=gone)


def count_more(ground: Ground, project: str, by: int) -> None:
    """Make cinder count ``by`` volumes more against the quota of a project."""
    where = {"project_id": project, "resource": "volumes", "deleted": 0}
    (row,) = select(ground, "cinder", "quota_usages", where, ("in_use",))
    change(ground, "quota_usages", where, {"in_use": row["in_use"] + by}, "cinder")
