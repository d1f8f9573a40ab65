"""Where a server may have something on a host: files, interfaces, what libvirt keeps of it.

That is its own host, both hosts of a move that nova works on or that waits for a confirmation, and
the host that it was evacuated from, until that comes back and cleans up (nova/compute/manager.py:
_destroy_evacuated_instances).
"""

from collections.abc import Mapping

from msgspec import Struct

from harness.accounting.transitions import as_it_is, awaiting_cleanup, in_flight, under_way
from harness.core.rules.invariant import Circumstances
from harness.core.views.snapshot import Snapshot, once_for_each_snapshot
from harness.sources.migrations import Migration
from harness.sources.servers import Server

_Hosts = Mapping[str, set[str]]
_Known = tuple[Mapping[str, Server], _Hosts, _Hosts, Mapping[str, str]]
NEEDS = ("servers", "hypervisors", "migrations", "services")
"""The views that tell it."""

KEPT = frozenset(
    {
        "active",
        "stopped",
        "paused",
        "suspended",
        "rescued",
        "resized",
        "soft-delete",
        "shelved",
    }
)
"""vm_states (nova/compute/vm_states.py) whose server has a domain, running or not, and its files on
its host."""


class Whereabouts(Struct, frozen=True, gc=False):
    """What nova says of a server and a host. ``server`` is None where nova lists none.

    ``belongs``: it may have something there. ``moves``: because a move begins or ends there.
    ``doing`` is what is being done with it, or "".
    """

    server: Server | None
    belongs: bool
    moves: bool = False
    doing: str = ""

    @property
    def text(self) -> str:
        """Return what nova says of the server, in words."""
        if self.server is None:
            return "nova lists none"
        where = self.server.host or "no host"
        return f"server {self.server.name!r} is {self.server.status} on {where}"

    @property
    def proof(self) -> str:
        """Return what changes whenever nova does something with the server."""
        return as_it_is(self.server) if self.server else ""


def whereabouts(
    uuid: str, host: str, snapshot: Snapshot, circumstances: Circumstances
) -> Whereabouts:
    """Return what nova says of a server's uuid and a host."""
    servers, moving, waiting, changing = _known(snapshot, circumstances)
    server = servers.get(uuid)
    if server is None:
        return Whereabouts(None, host in _listed(snapshot).get(uuid, ()))
    moves = host in moving.get(uuid, ())
    left = host in waiting.get(uuid, ())
    return Whereabouts(server, server.host == host or moves or left, moves, changing.get(uuid, ""))


def sources_of(uuid: str, snapshot: Snapshot, circumstances: Circumstances) -> frozenset[str]:
    """Return the hosts that a server is leaving, or left by a move that waits to be confirmed."""
    moves: list[Migration] = under_way(snapshot, circumstances)
    return frozenset(move.source_host for move in moves if move.server == uuid)


@once_for_each_snapshot
def _known(snapshot: Snapshot, circumstances: Circumstances) -> _Known:
    """Return what is looked up for each of very many things, by the uuids of servers."""
    return (
        snapshot["servers"].by_key(),
        _moving(snapshot, circumstances),
        awaiting_cleanup(snapshot),
        in_flight(snapshot, circumstances),
    )


@once_for_each_snapshot
def _listed(snapshot: Snapshot) -> Mapping[str, set[str]]:
    """Return server uuid -> the hosts on which nova's database has it, soft-deleted ones too."""
    found: dict[str, set[str]] = {}
    for node in snapshot["hypervisors"]:
        for uuid in node.servers:
            found.setdefault(uuid, set()).add(node.host)
    return found


@once_for_each_snapshot
def _moving(snapshot: Snapshot, circumstances: Circumstances) -> Mapping[str, set[str]]:
    found: dict[str, set[str]] = {}
    moves: list[Migration] = under_way(snapshot, circumstances)
    for move in moves:
        found.setdefault(move.server, set()).update(move.hosts)
    return found
