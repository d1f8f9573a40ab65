"""No server without its files."""

from collections.abc import Iterator, Mapping, Sequence

from harness.accounting.transitions import as_it_is
from harness.accounting.whereabouts import KEPT, NEEDS, whereabouts
from harness.accounting.whose import TELLING, WhoMade, who_made
from harness.core.rules.invariant import Breach, Circumstances, Doubt, invariant
from harness.core.rules.origin import Origin
from harness.core.views.snapshot import Snapshot
from harness.sources.instance_directories import InstanceDirectory
from harness.sources.servers import Server


@invariant("instance_directories", *NEEDS, also=("cached_images",), beside=TELLING)
def server_has_directory(
    snapshot: Snapshot, circumstances: Circumstances
) -> Iterator[Breach | Doubt]:
    """Every server that nova keeps on a libvirt host has its directory there.

    The driver makes ``<uuid>`` in the instances path for each server, one that boots from a volume
    too (nova/virt/libvirt/driver.py: spawn, _create_image; nova/virt/libvirt/utils.py:
    get_instance_path), and removes it with the server. Where its disk is a file it is nowhere else.
    """
    kinds = {node.host: node.has_domains for node in snapshot["hypervisors"]}
    directories, found = snapshot["instance_directories"], _by_server(snapshot)
    novas, who = _of_nova(snapshot), who_made(snapshot, circumstances)
    for server in snapshot["servers"]:
        if server.vm_state not in KEPT or not kinds.get(server.host):
            continue
        theirs = found.get(server.uuid, ())
        if directories.gap(server.host) is not None or _is_there(server, theirs):
            continue
        place = whereabouts(server.uuid, server.host, snapshot, circumstances)
        if place.doing:
            yield _doubt(server, theirs, f"it is {place.doing}", passing=True)
        elif server.host not in novas:
            yield _doubt(server, theirs, "and neither has any other; is it nova's path?")
        else:
            yield _lost(server, theirs, who)


def _by_server(snapshot: Snapshot) -> Mapping[str, Sequence[InstanceDirectory]]:
    found: dict[str, list[InstanceDirectory]] = {}
    for directory in snapshot["instance_directories"]:
        found.setdefault(directory.uuid, []).append(directory)
    return found


def _of_nova(snapshot: Snapshot) -> set[str]:
    """Return the hosts in whose instances path anything of nova's was seen: a probe that is told
    another path than nova finds nothing, and no server is to be accused for that."""
    views = (snapshot["instance_directories"], snapshot["cached_images"])
    return {row.host for view in views for row in view}


def _is_there(server: Server, directories: Sequence[InstanceDirectory]) -> bool:
    return any(
        row.kind == "" and row.uuid == server.uuid and (row.host == server.host or row.shared)
        for row in directories
    )


def _doubt(
    server: Server, elsewhere: Sequence[InstanceDirectory], reason: str, passing: bool = False
) -> Doubt:
    text = f"server {server.name!r} ({server.uuid}) has no directory on {server.host}: {reason}"
    return Doubt(server.uuid, server.host, text, _views(server, elsewhere), passing)


def _lost(server: Server, elsewhere: Sequence[InstanceDirectory], who: WhoMade) -> Breach:
    views = _views(server, elsewhere)
    return Breach(
        server.uuid,
        server.host,
        f"server {server.name!r} ({server.uuid}) is {server.status} on {server.host}, expected "
        f"directory {server.uuid} in the instances path there, {views['instance_directories']}",
        views,
        origin=Origin.CLOUD_LOST,
        owner=who(server.uuid).text,
        proof=as_it_is(server),
    )


def _views(server: Server, elsewhere: Sequence[InstanceDirectory]) -> dict[str, str]:
    names = ", ".join(sorted(f"{row.name} on {row.host}" for row in elsewhere))
    return {
        "servers": f"{server.status} on {server.host}",
        "instance_directories": f"found {names} instead" if names else "none on any host seen",
    }
