"""A moment of a cloud as a diagnosis needs it: what was seen, what was alive then, and whose it is.

A look comes after the tests, and a boot failed in the middle of them. What lived at that moment and
was deleted since nova still lists for a while, with host, flavor and the time of its end.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from harness.accounting.cloud_clock import cloud_now, since_epoch
from harness.accounting.makers import Makers, makers
from harness.core.apis.standing import Standing
from harness.core.rules.invariant import Breach, Check, Circumstances
from harness.core.views.snapshot import Snapshot
from harness.diagnosis.sheet import Holder
from harness.diagnosis.standings import nearest, standing_of
from harness.sources.deleted_servers import NEWEST, DeletedServer
from harness.sources.servers import Server

_LOST = frozenset(
    {
        "allocation_has_consumer",
        "allocation_equals_flavor",
        "deleted_server_is_gone",
        "domain_has_server",
        "server_has_domain",
    }
)
"""The rules whose breaches are something that nova leaked: a part of a server without the rest."""
_LONG = 1000.0
"""Seconds from which on a time is told in minutes."""


@dataclass(frozen=True)
class Scene:
    """``then`` is the moment asked about, in seconds since the epoch on the cloud's clock; None for
    the moment of the look. ``checks`` are those of the look, ``but`` the server that is asked about
    and so holds nothing. ``reads`` say how the hosts stood in the run's looks before and after.
    """

    snapshot: Snapshot
    circumstances: Circumstances
    checks: Sequence[Check] = ()
    then: float | None = None
    but: str = ""
    reads: Sequence[Standing] = ()

    @cached_property
    def now(self) -> float:
        """The cloud's time of the look."""
        return cloud_now(self.snapshot)

    @cached_property
    def _makers(self) -> Makers:
        return makers(self.snapshot, self.circumstances)

    @cached_property
    def lost(self) -> Mapping[tuple[str, str], Breach]:
        """(uuid, host) -> what nova leaked of it there, as the rules found it."""
        return {
            (breach.subject, breach.host): breach
            for check in self.checks
            if check.invariant in _LOST
            for breach in check.seen
        }

    @cached_property
    def since_gone(self) -> tuple[DeletedServer, ...]:
        """Servers that lay on a host at the moment and were deleted before the look."""
        if self.then is None:
            return ()
        return tuple(
            server
            for server in self.snapshot["deleted_servers"]
            if server.host and server.uuid != self.but and self.lived(server, self.then)
        )

    @staticmethod
    def lived(server: DeletedServer, then: float) -> bool:
        """Tell whether a server that is deleted was there at a moment."""
        born, died = since_epoch(server.created), since_epoch(server.deleted or server.updated)
        return born is not None and died is not None and born <= then < died

    @property
    def unsure(self) -> str:
        """Say why what was alive at the moment is not wholly known, or ""."""
        view = self.snapshot["deleted_servers"]
        if self.then is None:
            return ""
        if gap := view.gap():
            return f"deleted servers were not seen ({gap}), so that it is not known what lived then"
        ends = [since_epoch(server.updated) for server in view]
        oldest = min((end for end in ends if end is not None), default=self.then)
        if len(view.rows) >= NEWEST and oldest > self.then:
            return (
                f"more than {NEWEST} servers were deleted since, of which nova was asked for the "
                f"newest {NEWEST}, so that it is not known what else lived then"
            )
        nameless = sum(1 for server in view if server.flavor is None)
        return f"{nameless} deleted servers cannot be shown by nova" if nameless else ""

    @cached_property
    def standings(self) -> tuple[Standing, ...]:
        """How the hosts stood just before and just after the moment, as far as it was looked."""
        looked = standing_of(self.snapshot)
        return nearest([*self.reads, *([looked] if looked else [])], self.then)

    def when(self, moment: float) -> str:
        """Say of which time something is that was seen at ``moment``, "" where no other is asked
        about."""
        if self.then is None:
            return ""
        ago = moment - self.then
        far = abs(ago) >= _LONG
        amount = f"{abs(ago) / 60:.0f} min" if far else f"{abs(ago):.0f} s"
        return f"{amount} {'later' if ago > 0 else 'before'}"

    def was_there(self, server: Server) -> bool:
        """Tell whether a server that is listed was there at the moment."""
        born = since_epoch(server.created)
        return server.uuid != self.but and (self.then is None or born is None or born <= self.then)

    def holder(self, server: Server | DeletedServer) -> tuple[Holder, str]:
        """Return what sort of holder a server is, and who made it in words.

        What tests made and is listed after them was left by them; outside of a run it may be of a
        test that still runs while it is young.
        """
        maker = self._makers.of("servers", server.uuid, server.name, server.project)
        if not maker.is_test:
            return Holder.OTHERS, maker.text or f"project {server.project}"
        if isinstance(server, DeletedServer):
            return Holder.RUNNING, f"made {maker.text}"
        born = since_epoch(server.created)
        age = None if born is None else self.now - born
        young = age is not None and age < self.circumstances.stuck_after
        in_run = self.circumstances.iteration is not None
        return Holder.RUNNING if young and not in_run else Holder.LEFT, f"made {maker.text}"

    def maker_of(self, server: Server | DeletedServer) -> str:
        """Return who made a server, in words."""
        return self.holder(server)[1]

    def holder_of(self, uuid: str) -> tuple[Holder, str] | None:
        """Return the holder of a uuid by what nova lists, None where it lists no such server."""
        server = self.snapshot["servers"].by_key().get(uuid)
        return self.holder(server) if server is not None else None
