"""Whose a server or a lost part of one is, for a rule that found something wrong with it."""

from collections.abc import Mapping
from functools import cache
from typing import Any, Protocol

from harness.accounting.makers import Maker, Makers, makers
from harness.core.rules.invariant import Circumstances
from harness.core.rules.origin import Origin
from harness.core.views.snapshot import Snapshot

TELLING = ("projects", "deleted_servers")
"""The views that tell whose a thing is; a rule reads them beside its own."""

NOBODY = Maker(Origin.UNKNOWN, "")


class WhoMade(Protocol):
    def __call__(self, uuid: str, name: str = "") -> Maker: ...


def who_made(snapshot: Snapshot, circumstances: Circumstances) -> WhoMade:
    """Return what tells who made the server of a uuid, listed or deleted; of one that is neither,
    its last known name tells, or nothing does: NOBODY.

    Nothing is looked up before it is asked for the first time.
    """

    @cache
    def known() -> tuple[Makers, Mapping[str, Any], Mapping[str, Any]]:
        views = (snapshot["servers"].by_key(), snapshot["deleted_servers"].by_key())
        return makers(snapshot, circumstances), *views

    def find(uuid: str, name: str = "") -> Maker:
        people, listed, deleted = known()
        server = listed.get(uuid) or deleted.get(uuid)
        if server is not None:
            return people.of("servers", server.uuid, server.name, server.project)
        maker = people.of("servers", uuid, name, "")
        return NOBODY if maker.origin is Origin.UNKNOWN else maker

    return find
