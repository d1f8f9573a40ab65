"""No image of a shelved server is left when the server is not shelved any more."""

from collections.abc import Iterator, Mapping

from harness.accounting.makers import makers
from harness.accounting.transitions import in_flight
from harness.core.rules.invariant import Breach, Circumstances, Doubt, invariant
from harness.core.rules.origin import Origin
from harness.core.views.snapshot import Snapshot
from harness.sources.images import Image

_NEEDED = frozenset({"shelved", "shelved_offloaded", "error"})
"""A server whose unshelving failed is in ERROR and has its disk nowhere else."""

_SUFFIX = "-shelved"


@invariant(
    "images", "servers", "migrations", "services", also=("deleted_servers",), beside=("projects",)
)
def shelved_image_has_server(
    snapshot: Snapshot, circumstances: Circumstances
) -> Iterator[Breach | Doubt]:
    """Every image that nova made to shelve a server belongs to a server that is shelved.

    Nova deletes it when the server is unshelved or deleted, and only logs where that fails
    (nova/compute/api.py: _delete; nova/compute/manager.py: _delete_snapshot_of_shelved_instance).
    It is told from other snapshots by its name alone: the server's with "-shelved".
    """
    servers, deleted = snapshot["servers"].by_key(), snapshot["deleted_servers"].by_key()
    changing, people = in_flight(snapshot, circumstances), makers(snapshot, circumstances)
    newest = _newest(snapshot)
    for image in snapshot["images"]:
        server = servers.get(image.server) or deleted.get(image.server)
        if not _of_shelving(image) or (server and image.name != server.name + _SUFFIX):
            continue
        owner = people.of("images", image.uuid, image.name, image.project).text
        state = getattr(servers.get(image.server), "vm_state", "")
        if image.server in changing:
            yield _in_flight(image, changing[image.server])
        elif state not in _NEEDED:
            says = f"is {state}" if state else "is deleted" if server else "is not listed"
            yield _left(image, f"server {image.server} {says}", owner)
        elif newest[image.server, image.name] != image.uuid:
            yield _left(image, f"server {image.server} is {state} with a newer one", owner)


def _of_shelving(image: Image) -> bool:
    return bool(image.server) and image.kind == "snapshot" and image.name.endswith(_SUFFIX)


def _newest(snapshot: Snapshot) -> Mapping[tuple[str, str], str]:
    """Return (server, name) -> the uuid of its newest image: the one that a shelved server has."""
    rows = sorted(snapshot["images"], key=lambda image: (image.created, image.uuid))
    return {(image.server, image.name): image.uuid for image in rows if _of_shelving(image)}


def _in_flight(image: Image, doing: str) -> Doubt:
    message = f"server {image.server} of image {image.uuid} is {doing}"
    return Doubt(image.uuid, "", message, _views(image, doing), passing=True)


def _left(image: Image, says: str, owner: str) -> Breach:
    return Breach(
        image.uuid,
        "",
        f"image {image.name!r} ({image.uuid}) was made to shelve server {image.server}, expected "
        f"it to be gone: {says}",
        _views(image, says),
        origin=Origin.CLOUD_LOST,
        owner=owner,
        proof=says,
    )


def _views(image: Image, servers: str) -> Mapping[str, str]:
    return {"images": f"{image.name!r}, {image.status}", "servers": servers}
