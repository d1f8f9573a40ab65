"""What tests make and may leave behind, kind by kind, and what is no left-over of its own."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from harness.accounting.cloud_clock import cloud_now, unchanged_for
from harness.accounting.flavor_usage import tracked
from harness.accounting.makers import Maker, Makers
from harness.accounting.ports import was_for_a_server
from harness.accounting.transitions import in_flight
from harness.core.rules.invariant import Breach, Circumstances
from harness.core.rules.origin import NOTHING_HELD, Origin
from harness.core.views.snapshot import Snapshot
from harness.sources.servers import Server


@dataclass(frozen=True)
class Kind:
    """A kind of thing: its ``name`` in words and its ``view``, whose rows have a key, a name and,
    where they belong to one, a project.

    ``owned``: it goes with its project. A user's project is no more than a default. ``working`` are
    the states in which its service works on it and says when it began.
    """

    name: str
    view: str
    owned: bool = True
    working: frozenset[str] = frozenset()

    def works_on(self, row: Any) -> bool:
        return bool(self.working) and row.status in self.working


_SNAPSHOT = frozenset({"creating", "deleting", "backing-up", "restoring", "updating"})
_BACKUP = frozenset({"creating", "deleting", "restoring"})
_VOLUME = _SNAPSHOT | {
    "attaching",
    "detaching",
    "downloading",
    "extending",
    "restoring-backup",
    "retyping",
    "reverting",
    "uploading",
}
"""cinder/objects/fields.py and cinder/volume/api.py: the states that end by themselves."""
_IMAGE = frozenset({"saving", "importing", "uploading"})

_EVERYBODYS = frozenset({"public", "community"})

KINDS = (
    Kind("server", "servers"),
    Kind("port", "ports"),
    Kind("floating IP", "floating_ips"),
    Kind("router", "routers"),
    Kind("subnet", "subnets"),
    Kind("network", "networks"),
    Kind("security group", "security_groups"),
    Kind("volume", "volumes", working=_VOLUME),
    Kind("volume snapshot", "volume_snapshots", working=_SNAPSHOT),
    Kind("volume backup", "volume_backups", working=_BACKUP),
    Kind("image", "images", working=_IMAGE),
    Kind("server group", "server_groups"),
    Kind("flavor", "flavors"),
    Kind("aggregate", "aggregates"),
    Kind("key pair", "keypairs", owned=False),
    Kind("user", "users", owned=False),
    Kind("project", "projects", owned=False),
)
VIEWS = tuple(kind.view for kind in KINDS)
HOURS = 7200.0
"""Seconds after which a thing of which nobody knows is stuck, or of no test that still runs."""
MOVES = ("migrations", "services")
"""The views that tell what nova is in the middle of, and the time by the cloud's clock."""


@dataclass(frozen=True)
class Thing:
    """A thing that a test made, or whose project is gone, or that is stuck.

    ``doing`` is what is being done with it just now, or "". ``age`` is the seconds since it was
    made or last changed, None where its service tells no time. ``stuck``: its service has worked on
    it for longer than anything may take. ``excused``: it is no left-over, or goes with one.
    """

    kind: Kind
    row: Any
    maker: Maker
    doing: str = ""
    age: float | None = None
    stuck: bool = False
    excused: bool = False

    @property
    def host(self) -> str:
        return getattr(self.row, "host", "")

    @property
    def text(self) -> str:
        where = f" on {self.host}" if self.host else ""
        named = f"{self.kind.name} {self.row.name!r} ({self.row.key})"
        return f"{named}, made {self.maker.text}, is still there{where}"

    @property
    def views(self) -> dict[str, str]:
        status = getattr(self.row, "status", "")
        return {self.kind.view: f"{self.kind.name} {self.row.name!r} is listed {status}".rstrip()}

    @property
    def amounts(self) -> Mapping[str, int]:
        """What it holds of a host."""
        if not isinstance(self.row, Server) or not self.row.host:
            return NOTHING_HELD
        usage = tracked(self.row.flavor, self.row.boots_from_volume)
        return {"vcpus": usage.vcpus, "memory_mb": usage.memory_mb, "disk_gb": usage.disk_gb}

    def breach(self, expected: str, stands_for: float = 0.0) -> Breach:
        """Return the breach of a rule that does not expect it to be there any more."""
        origin, stuck = self.maker.origin, ""
        if self.stuck:
            origin = Origin.CLOUD_LOST
            stuck = f"; it has been {self.row.status} for {self.age or 0:.0f} s"
        return Breach(
            self.row.key,
            self.host,
            f"{self.text}; {expected}{stuck}",
            self.views,
            origin=origin,
            owner=self.maker.text,
            amounts=self.amounts,
            stands_for=stands_for,
        )


def things(snapshot: Snapshot, circumstances: Circumstances, who: Makers) -> Iterator[Thing]:
    """Yield what tests made, what belongs to projects that are gone, and what is stuck."""
    excuses = _Excuses(snapshot, who)
    changing, now = in_flight(snapshot, circumstances), cloud_now(snapshot)
    for kind in KINDS:
        for row in snapshot[kind.view]:
            project, working = getattr(row, "project", ""), kind.works_on(row)
            is_project = kind.view == "projects"
            if not (is_project or working or who.may_be_a_tests(row.name, project)):
                continue
            maker, orphan = _maker(kind, row, who), kind.owned and _goes_with(project, row, who)
            age = unchanged_for(row, now)
            patience = circumstances.stuck_after if maker.is_test else HOURS
            stuck = working and age is not None and age >= patience
            if maker.is_test or orphan or stuck:
                doing = changing.get(row.key) or (row.status if working and not stuck else "")
                yield Thing(kind, row, maker, doing, age, stuck, excuses.cover(kind, row))


def _goes_with(project: str, row: Any, who: Makers) -> bool:
    """Tell whether a thing should have gone with its project: not an image for everybody."""
    return who.gone(project) and getattr(row, "visibility", "") not in _EVERYBODYS


def _maker(kind: Kind, row: Any, who: Makers) -> Maker:
    if kind.view != "projects":
        told = kind.owned or row.project in who.projects
        return who.of(kind.view, row.key, row.name, row.project if told else "")
    new = who.projects_seen and row.key not in who.old
    if row.test_class and (new or not who.in_run):
        return Maker(Origin.TEST_LEFT, f"for a test class ({row.test_class})")
    return who.of(kind.view, row.key, row.name, "")


class _Excuses:
    """Tells what is no left-over, or goes with a thing that is one itself."""

    def __init__(self, snapshot: Snapshot, who: Makers) -> None:
        self._who = who
        self._servers = snapshot["servers"].by_key()
        self._deleted = snapshot["deleted_servers"].by_key()

    def cover(self, kind: Kind, row: Any) -> bool:
        if kind.view == "servers":
            return bool(row.vm_state == "soft-delete")
        if kind.view == "ports":
            return self._port(row)
        if kind.view == "security_groups":
            return bool(row.is_default and not self._who.gone(row.project))
        return False

    def _port(self, row: Any) -> bool:
        """A port without a name was made by nova for a server, or by neutron for a network, router
        or floating IP, and goes with it. One of nova's whose server is gone is left to
        port_has_device, and cannot be told where the servers were not seen.
        """
        if not was_for_a_server(row, self._deleted):
            return row.owner.startswith("network:") and not row.name
        server = self._servers.get(row.device)
        if server is None:
            return True
        return server.vm_state == "soft-delete" or not row.name
