"""No volume is left in the middle of something, or in error."""

from collections.abc import Iterator, Mapping
from typing import Any

from harness.accounting.cloud_clock import cloud_now
from harness.accounting.makers import Maker, makers
from harness.accounting.volume_states import (
    Attachments,
    age_of,
    attachments,
    failed,
    in_words,
    passing,
    young,
)
from harness.core.rules.invariant import Breach, Circumstances, Doubt, invariant
from harness.core.rules.origin import Origin
from harness.core.views.snapshot import Snapshot

_KINDS = {"volumes": "volume", "volume_snapshots": "snapshot", "volume_backups": "backup"}


@invariant(*_KINDS, "volume_attachments", beside=("projects", "services"))
def volume_state_ends(snapshot: Snapshot, circumstances: Circumstances) -> Iterator[Breach | Doubt]:
    """Whatever cinder does with a volume, a snapshot or a backup, it ends, and not in error.

    A state is ended by the service that set it, and by nobody after that service died
    (cinder/objects/fields.py has the states); until then the thing can be neither used nor deleted.
    A volume that is reserved for a server stays so while that is shelved.
    """
    held, people = attachments(snapshot), makers(snapshot, circumstances)
    for view, kind in _KINDS.items():
        for row in snapshot[view]:
            if not (passing(row.status) or failed(row.status)) or _kept(row, held):
                continue
            maker = people.of(view, row.uuid, row.name, row.project)
            if failed(row.status):
                yield _failed(view, kind, row, maker)
            elif young(row, cloud_now(snapshot), circumstances):
                yield Doubt(
                    row.uuid,
                    "",
                    f"{kind} {row.uuid} is {row.status}",
                    _views(view, row),
                    passing=True,
                )
            else:
                yield _stuck(view, kind, row, maker, in_words(age_of(row, cloud_now(snapshot))))


def _kept(row: Any, held: Attachments) -> bool:
    """Tell whether a volume is kept for a server by an attachment, which other rules judge, or out
    of use by an admin: cinder itself keeps it from use only while it moves it."""
    if row.status == "maintenance":
        return not getattr(row, "migration_status", "")
    return row.status == "reserved" and any(other.server for other in held.of(row.uuid))


def _stuck(view: str, kind: str, row: Any, maker: Maker, since: str) -> Breach:
    return Breach(
        row.uuid,
        "",
        f"{kind} {row.name!r} ({row.uuid}) has been {row.status} {since}, expected that to end",
        _views(view, row),
        origin=Origin.CLOUD_LOST,
        owner=maker.text,
        proof=f"{row.status} {row.updated}",
    )


def _failed(view: str, kind: str, row: Any, maker: Maker) -> Breach:
    reason = getattr(row, "reason", "")
    return Breach(
        row.uuid,
        "",
        f"{kind} {row.name!r} ({row.uuid}) is in state {row.status}, expected none to be in error"
        + (f"; cinder says: {reason}" if reason else ""),
        _views(view, row),
        origin=maker.origin,
        owner=maker.text,
        proof=row.status,
    )


def _views(view: str, row: Any) -> Mapping[str, str]:
    return {view: f"{row.status}, unchanged since {row.updated or row.created or 'unknown'}"}
