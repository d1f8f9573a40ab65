"""No offloaded server whose disk is gone."""

from collections.abc import Iterator

from harness.accounting.transitions import as_it_is, in_flight
from harness.accounting.whose import TELLING, WhoMade, who_made
from harness.core.rules.invariant import Breach, Circumstances, Doubt, invariant
from harness.core.rules.origin import Origin
from harness.core.views.snapshot import Snapshot
from harness.sources.servers import Server


@invariant("images", "servers", "migrations", "services", beside=TELLING)
def offloaded_server_has_image(
    snapshot: Snapshot, circumstances: Circumstances
) -> Iterator[Breach | Doubt]:
    """Every server that is shelved and offloaded has the image that its disk was written into.

    Nova snapshots it, then takes domain and files off the host (nova/compute/api.py: shelve;
    nova/compute/manager.py: _shelve_instance), so that the disk is nowhere else; without the image
    its unshelving ends in ERROR (nova/conductor/manager.py: unshelve_instance). One whose root is a
    volume has none. Any snapshot of it will do, since which one nova would take it does not show.
    """
    kept = {image.server for image in snapshot["images"] if image.kind == "snapshot"}
    named = {image.name for image in snapshot["images"]}
    changing, who = in_flight(snapshot, circumstances), who_made(snapshot, circumstances)
    for server in snapshot["servers"].having("vm_state", "shelved_offloaded"):
        if server.boots_from_volume or server.uuid in kept or f"{server.name}-shelved" in named:
            continue
        if server.uuid in changing:
            yield _doubt(server, f"it is {changing[server.uuid]}", passing=True)
        elif unseen := _may_be_hidden(server, snapshot):
            yield _doubt(server, unseen)
        else:
            yield _lost(server, who)


def _may_be_hidden(server: Server, snapshot: Snapshot) -> str:
    """Return why glance may not have shown the image, or "".

    Who is no admin there sees private images of the own project alone. Who sees one of the server's
    project, or of two others, is shown this server's.
    """
    theirs = {image.project for image in snapshot["images"] if image.visibility == "private"}
    if server.project in theirs or len(theirs) > 1:
        return ""
    return "no other image shows that glance tells private images of all projects"


def _doubt(server: Server, reason: str, passing: bool = False) -> Doubt:
    text = f"server {server.name!r} ({server.uuid}) is {server.status} and has no image: {reason}"
    return Doubt(server.uuid, "", text, _views(server), passing)


def _lost(server: Server, who: WhoMade) -> Breach:
    return Breach(
        server.uuid,
        "",
        f"server {server.name!r} ({server.uuid}) is {server.status} and boots from no volume, "
        "expected an image that holds its disk; glance lists none that is a snapshot of it",
        _views(server),
        origin=Origin.CLOUD_LOST,
        owner=who(server.uuid).text,
        proof=as_it_is(server),
    )


def _views(server: Server) -> dict[str, str]:
    return {"servers": f"{server.status} on no host", "images": "no snapshot of it"}
