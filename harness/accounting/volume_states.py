"""What cinder's states mean (cinder/objects/fields.py) and which server has which volume."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from harness.accounting.cloud_clock import seconds_since
from harness.core.rules.invariant import Circumstances
from harness.core.views.snapshot import Snapshot
from harness.sources.volume_attachments import VolumeAttachment
from harness.sources.volumes import Volume

RESTING = frozenset({"available", "in-use", "awaiting-transfer", "deleted"})
"""The states that a volume, snapshot or backup may keep: a transfer waits for who accepts it."""


def failed(status: str) -> bool:
    """Tell whether cinder gave up: "error", "error_deleting", "error_restoring" and the like."""
    return status.startswith("error")


def passing(status: str) -> bool:
    """Tell whether a state is one that cinder means to end: neither of rest nor of failure."""
    return status not in RESTING and not failed(status)


def age_of(row: Any, moment: float) -> float | None:
    """Return the seconds since a thing of cinder's or glance's last changed, or None."""
    return seconds_since(row.updated or row.created, moment)


def young(row: Any, moment: float, circumstances: Circumstances) -> bool:
    """Tell whether somebody may still be working on a thing: it changed not long ago."""
    age = age_of(row, moment)
    return age is None or age < circumstances.stuck_after


def in_words(age: float | None) -> str:
    return f"for {age:.0f} s" if age is not None else "for an unknown time"


@dataclass(frozen=True)
class Attachments:
    """The attachments of a snapshot, by volume, and the volumes by uuid."""

    volumes: Mapping[str, Volume]
    of_volume: Mapping[str, tuple[VolumeAttachment, ...]]

    def of(self, volume: str) -> tuple[VolumeAttachment, ...]:
        return self.of_volume.get(volume, ())

    def between(self, volume: str, server: str) -> tuple[VolumeAttachment, ...]:
        return tuple(row for row in self.of(volume) if row.server == server)

    def at_work(self, volume: str, moment: float, circumstances: Circumstances) -> str:
        """Return what cinder does with a volume just now, or "": it may move one that is in use,
        and has two of it then."""
        row = self.volumes.get(volume)
        if row is None or not young(row, moment, circumstances):
            return ""
        return row.status if passing(row.status) else row.migration_status


def attachments(snapshot: Snapshot) -> Attachments:
    """Return them of the views volumes and volume_attachments."""
    found: dict[str, list[VolumeAttachment]] = {}
    for row in snapshot["volume_attachments"]:
        found.setdefault(row.volume, []).append(row)
    return Attachments(
        snapshot["volumes"].by_key(), {volume: tuple(rows) for volume, rows in found.items()}
    )
