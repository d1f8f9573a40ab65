"""No files of a dead server."""

from collections.abc import Iterator

from harness.accounting.holdings import amounts
from harness.accounting.transitions import down_hosts
from harness.accounting.whereabouts import NEEDS, Whereabouts, sources_of, whereabouts
from harness.accounting.whose import TELLING, who_made
from harness.core.rules.invariant import Breach, Circumstances, Doubt, invariant
from harness.core.rules.origin import Healing, Origin
from harness.core.views.snapshot import Snapshot
from harness.sources.instance_directories import InstanceDirectory

_GIB = 2**30
_REMOVAL = 60.0
"""Seconds after its renaming in which nova may be busy with the removal of a large directory."""
_PENDING = Healing("nova's pending deletes (instance_delete_interval, 5 attempts)", 1500.0)
"""nova/compute/manager.py: _run_pending_deletes, by the defaults."""


@invariant("instance_directories", *NEEDS, beside=TELLING)
def instance_directory_has_server(
    snapshot: Snapshot, circumstances: Circumstances
) -> Iterator[Breach | Doubt]:
    """Every directory of an instance on a host belongs to a server that nova keeps there.

    Nova renames ``<uuid>`` to ``<uuid>_del`` and removes that (nova/virt/libvirt/driver.py:
    delete_instance_files); it keeps ``<uuid>_resize`` on the source of a resize or cold migration
    until that is confirmed or reverted. What is left of it takes disk that no tracker counts.
    """
    who = who_made(snapshot, circumstances)
    for directory in snapshot["instance_directories"]:
        place = whereabouts(directory.uuid, directory.host, snapshot, circumstances)
        if _right(directory, place) or _kept_to_go_back(directory, place, snapshot, circumstances):
            continue
        fresh = directory.kind == "delete" and directory.age < _REMOVAL
        if doing := place.doing or ("being removed" if fresh else ""):
            yield Doubt(
                directory.name,
                directory.host,
                f"server {directory.uuid} is {doing}; {directory.name} is on {directory.host}",
                _views(directory, place),
                passing=True,
            )
        else:
            healing = _healing(directory, place, snapshot)
            yield _left(directory, place, healing, who(directory.uuid).text)


def _right(directory: InstanceDirectory, place: Whereabouts) -> bool:
    """Tell whether a directory may be there. One that hosts share is of a server of any of them."""
    server = place.server
    if directory.kind in ("delete", "resize"):
        return False
    return place.belongs or (directory.shared and server is not None and bool(server.host))


def _kept_to_go_back(
    directory: InstanceDirectory,
    place: Whereabouts,
    snapshot: Snapshot,
    circumstances: Circumstances,
) -> bool:
    """Tell whether a move has yet to be confirmed or reverted: then its source keeps the directory,
    and so does every host that shares it. Of a move that is not listed the source is not known."""
    if directory.kind != "resize" or place.server is None:
        return False
    sources = sources_of(directory.uuid, snapshot, circumstances)
    if not sources:
        return place.server.vm_state == "resized"
    return directory.host in sources or directory.shared


def _healing(
    directory: InstanceDirectory, place: Whereabouts, snapshot: Snapshot
) -> Healing | None:
    """Return what may still remove it: nova tries again for a deleted server of the same host."""
    deleted = snapshot["deleted_servers"].by_key().get(directory.uuid)
    if place.server or deleted is None or deleted.host != directory.host:
        return None
    return None if directory.host in down_hosts(snapshot) else _PENDING


def _left(
    directory: InstanceDirectory, place: Whereabouts, healing: Healing | None, owner: str
) -> Breach:
    wanted = {"resize": "a resize of it to wait for", "delete": "it to be removed"}
    expected = wanted.get(directory.kind, "its server there")
    if directory.uuid != directory.uuid.lower():
        expected = "a name in small letters as nova writes them"
    link = f", a link to {directory.link}," if directory.link else ""
    size = f"{directory.bytes / _GIB:.1f} GB"
    if directory.unread:
        size = f"at least {size}: {directory.unread}"
    return Breach(
        directory.name,
        directory.host,
        f"directory {directory.name}{link} ({size}) is in {directory.path} on {directory.host}, "
        f"expected {expected}; {place.text}",
        _views(directory, place),
        healing=healing,
        origin=Origin.CLOUD_LOST,
        owner=owner,
        amounts=amounts(disk_gb=directory.bytes // _GIB),
        proof=f"{directory.inode} {place.proof}",
    )


def _views(directory: InstanceDirectory, place: Whereabouts) -> dict[str, str]:
    return {
        "instance_directories": f"{directory.name} on {directory.host}",
        "servers": place.text,
    }
