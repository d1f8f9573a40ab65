"""The cloud's own clock: the ages of its things are told by it, not by the clock of the harness."""

from datetime import UTC, datetime

from harness.core.views.snapshot import Snapshot, once_for_each_snapshot


def seconds_since(stamp: str, moment: float) -> float | None:
    """Return the age of an ISO 8601 time of the cloud's, in UTC where no zone is given; None if
    none.

    ``moment`` is in seconds since the epoch.
    """
    try:
        when = datetime.fromisoformat(stamp)
    except ValueError:
        return None
    return moment - (when if when.tzinfo else when.replace(tzinfo=UTC)).timestamp()


@once_for_each_snapshot
def cloud_now(snapshot: Snapshot) -> float:
    """Return the cloud's time in seconds since the epoch, late by a heartbeat (10 s) at most.

    It is the newest report of nova's services, which the conductor stamps (nova/db/main/api.py:
    service_update). Where no service that is up tells one it is the newest time of any row, or the
    moment of the snapshot where that is earlier: too early perhaps, so that a thing seems younger
    than it is, and never too late, whichever of the two clocks is wrong.
    """
    reports = [since_epoch(service.updated) for service in snapshot["services"] if service.up]
    told = [when for when in reports if when is not None]
    return max(told) if told else min(snapshot.moment, _newest(snapshot))


def _newest(snapshot: Snapshot) -> float:
    """Return the newest time that a row of any view tells, and the snapshot's where none does."""
    rows = [row for view in snapshot.views.values() for row in view]
    stamps = [getattr(row, name, "") for row in rows for name in ("created", "updated")]
    told = [since_epoch(stamp) for stamp in stamps if isinstance(stamp, str) and stamp]
    return max((when for when in told if when is not None), default=snapshot.moment)


def since_epoch(stamp: str) -> float | None:
    """Return an ISO 8601 time in seconds since the epoch, or None where it is none."""
    age = seconds_since(stamp, 0.0)
    return None if age is None else -age


def unchanged_for(row: object, now: float) -> float | None:
    """Return the seconds since a thing was made or last changed; None where it tells no time."""
    stamps = (getattr(row, "created", ""), getattr(row, "updated", ""))
    told = [when for when in map(since_epoch, stamps) if when is not None]
    return now - max(told) if told else None
