"""No guest that writes to a volume of somebody else, and none that lacks its own."""

from collections.abc import Iterator
from dataclasses import dataclass

from harness.accounting.cloud_clock import cloud_now
from harness.accounting.transitions import as_it_is, in_flight
from harness.accounting.volume_states import Attachments, attachments
from harness.accounting.whose import TELLING, who_made
from harness.core.rules.invariant import Breach, Circumstances, Doubt, invariant
from harness.core.rules.origin import Origin
from harness.core.views.snapshot import Snapshot
from harness.sources.domains import Domain, VolumeDisk
from harness.sources.servers import Server

_WITH_ALL = frozenset({"active", "paused", "resized"})
"""vm_states whose domain has every volume while it runs: a rescue may have none of them
(nova/virt/libvirt/driver.py: rescue), and what failed may have lost some."""


@invariant(
    "domains",
    "servers",
    "volumes",
    "volume_attachments",
    "migrations",
    "services",
    beside=TELLING,
)
def domain_has_its_volumes(
    snapshot: Snapshot, circumstances: Circumstances
) -> Iterator[Breach | Doubt]:
    """The running domain of a server that rests has the volumes that nova says it has, and no more.

    Nova attaches and detaches in the domain what it writes down (nova/compute/manager.py:
    _attach_volume, _detach_volume) and never compares the two. One that is off holds nothing: nova
    defines it anew before it starts (nova/virt/libvirt/driver.py: _hard_reboot).
    """
    servers, held, now = snapshot["servers"].by_key(), attachments(snapshot), cloud_now(snapshot)
    changing, who = in_flight(snapshot, circumstances), who_made(snapshot, circumstances)
    for domain in snapshot["domains"]:
        server = servers.get(domain.uuid)
        if server is None or server.host != domain.host or not domain.active:
            continue
        if domain.mute:
            yield _mute(server)
        elif wrong := _compare(domain, server, held):
            doing = {held.at_work(uuid, now, circumstances) for uuid in wrong.all}
            if doing := (doing | {changing.get(server.uuid, "")}) - {""}:
                yield _in_flight(server, wrong, ", ".join(sorted(doing)))
            else:
                yield _breach(domain, server, wrong, held, who(server.uuid).text)


@dataclass(frozen=True)
class _Wrong:
    """The uuids of the volumes that a domain has too many, and of those that it lacks."""

    more: tuple[str, ...]
    less: tuple[str, ...]

    @property
    def all(self) -> tuple[str, ...]:
        return (*self.more, *self.less)


def _compare(domain: Domain, server: Server, held: Attachments) -> _Wrong | None:
    """Return what is wrong with a domain's volumes, None where nothing is, or was not asked for.

    Of one that cinder does not say is attached ``server_volume_has_attachment`` speaks. A disk
    that only its serial names, or nothing, may be the volume that seems to be missing: nova's swap
    of a volume changes no serial (nova/virt/libvirt/driver.py: _swap_volume).
    """
    given, named = set(server.volumes), [(_name(disk, held), disk) for disk in domain.volumes or ()]
    strange = {name: disk for name, disk in named if name not in given}
    if domain.volumes is None or not (strange or given):
        return None
    lacks = given.difference(name for name, _ in named)
    less = {uuid for uuid in lacks if _attached(uuid, server, held)}
    if lacks and any(not disk.source for disk in strange.values()):
        strange, less = {name: disk for name, disk in strange.items() if disk.source}, set()
    more = sorted(strange.keys() - {""})
    if server.vm_state not in _WITH_ALL:
        less = set()
    return _Wrong(tuple(more), tuple(sorted(less))) if more or less else None


def _name(disk: VolumeDisk, held: Attachments) -> str:
    """Return the uuid of the volume that a disk is, "" where nothing names it.

    Where it lies tells it, if that is a volume of cinder's list: when cinder has moved a volume
    its place keeps the name of the one that was made for the move, and that is listed no more.
    """
    there = held.volumes.get(disk.source)
    if there and not there.migration_status.startswith("target:"):
        return disk.source
    return disk.serial or disk.source


def _attached(uuid: str, server: Server, held: Attachments) -> bool:
    volume = held.volumes.get(uuid)
    rows = held.between(uuid, server.uuid)
    in_use = volume is not None and volume.status == "in-use"
    return in_use and any(row.status == "attached" for row in rows)


def _mute(server: Server) -> Doubt:
    return Doubt(
        server.uuid,
        server.host,
        f"libvirt on {server.host} does not tell the disks of the domain of server {server.uuid}",
        {"domains": "disks unknown"},
    )


def _in_flight(server: Server, wrong: _Wrong, doing: str) -> Doubt:
    return Doubt(
        server.uuid,
        server.host,
        f"volumes {', '.join(wrong.all)} of server {server.uuid} are in flight: {doing}",
        {"servers": f"{server.status}, {server.task or 'no task'}"},
        passing=True,
    )


def _breach(domain: Domain, server: Server, wrong: _Wrong, held: Attachments, owner: str) -> Breach:
    told = [f"holds volume {uuid}, which nova does not give it" for uuid in wrong.more]
    told += [f"lacks volume {uuid}, which nova gives it" for uuid in wrong.less]
    says = "; ".join(f"of {uuid}: {_says(uuid, held)}" for uuid in wrong.all)
    has = {_name(disk, held) or "one without a name" for disk in domain.volumes or ()}
    return Breach(
        server.uuid,
        server.host,
        f"domain {domain.name} of server {server.name!r} ({server.uuid}) on {server.host} "
        f"{'; it '.join(told)}; expected just the volumes that nova says it has; "
        f"cinder says {says}",
        {
            "domains": f"{domain.state}, has {', '.join(sorted(has)) or 'no volume'}",
            "servers": f"{server.status}, has {', '.join(server.volumes) or 'no volume'}",
            "volumes": says,
        },
        origin=Origin.CLOUD_LOST,
        owner=owner,
        proof=f"{as_it_is(server)} {wrong.more} {wrong.less} {_stamps(wrong, held)}",
    )


def _says(uuid: str, held: Attachments) -> str:
    """Return what cinder says of a volume: who has it besides matters most."""
    volume = held.volumes.get(uuid)
    if volume is None:
        return "it lists no such volume"
    users = sorted({row.server for row in held.of(uuid) if row.server})
    return f"it is {volume.status}, attached to {', '.join(users) or 'no server'}"


def _stamps(wrong: _Wrong, held: Attachments) -> str:
    """Return what changes whenever cinder does something with one of the volumes."""
    rows = [(held.volumes.get(uuid), held.of(uuid)) for uuid in wrong.all]
    return " ".join(
        f"{volume.updated if volume else 'none'} {sorted((r.uuid, r.status) for r in uses)}"
        for volume, uses in rows
    )
