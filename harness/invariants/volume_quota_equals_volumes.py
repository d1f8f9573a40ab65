"""Cinder's quotas count what there is."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from harness.accounting.cloud_clock import cloud_now
from harness.accounting.makers import makers
from harness.accounting.volume_states import young
from harness.core.rules.invariant import Breach, Circumstances, Doubt, invariant
from harness.core.rules.origin import Origin
from harness.core.views.snapshot import Snapshot
from harness.sources.volume_quotas import VolumeQuota

_COUNTING = frozenset(
    {"creating", "downloading", "deleting", "extending", "retyping", "unmanaging"}
)
"""The states in which cinder changes what it counts."""

_VIEWS = ("volumes", "volume_snapshots", "volume_backups")


@invariant("volume_quotas", *_VIEWS, beside=("projects", "services"))
def volume_quota_equals_volumes(
    snapshot: Snapshot, circumstances: Circumstances
) -> Iterator[Breach | Doubt]:
    """What cinder counts against the quota of a project is what the project has.

    Cinder keeps the numbers in a table of their own and changes them beside the things
    (cinder/db/api.py: quota_reserve, reservation_commit); a service that dies between leaves them
    wrong for ever, unless until_refresh or max_age is set. Snapshots count as gigabytes but where
    no_snapshot_gb_quota is set: both are taken for right.
    """
    people = makers(snapshot, circumstances)
    theirs = {view: _by_project(snapshot[view]) for view in _VIEWS}
    for quota in snapshot["volume_quotas"]:
        things = [theirs[view].get(quota.project, []) for view in _VIEWS]
        right = _right(*things)
        wrong = {name: used for name, used in quota.used.items() if used not in right[name]}
        if not wrong:
            continue
        if doing := _doing(quota, things, cloud_now(snapshot), circumstances):
            message = f"volumes of project {quota.name!r} ({quota.uuid}) change: {doing}"
            yield Doubt(quota.uuid, "", message, {"volume_quotas": doing}, passing=True)
        else:
            maker = people.of("projects", quota.uuid, quota.name, quota.uuid)
            yield _drifted(quota, wrong, right, things, maker.text)


def _by_project(rows: Any) -> Mapping[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for row in rows:
        if getattr(row, "counted", True) is not False:
            found.setdefault(row.project, []).append(row)
    return found


def _right(
    volumes: Sequence[Any], snapshots: Sequence[Any], backups: Sequence[Any]
) -> Mapping[str, tuple[int, ...]]:
    """Return the numbers that are right for each quota."""
    of_volumes = sum(row.size for row in volumes)
    return {
        "volumes": (len(volumes),),
        "snapshots": (len(snapshots),),
        "backups": (len(backups),),
        "gigabytes": (of_volumes + sum(row.size for row in snapshots), of_volumes),
        "backup_gigabytes": (sum(row.size for row in backups),),
    }


def _doing(
    quota: VolumeQuota,
    things: Sequence[Sequence[Any]],
    moment: float,
    circumstances: Circumstances,
) -> str:
    """Return what changes the numbers just now, or ""."""
    if any(quota.reserved.values()):
        return "some of the quota is reserved"
    busy = [
        row
        for rows in things
        for row in rows
        if row.status in _COUNTING and young(row, moment, circumstances)
    ]
    return f"{busy[0].uuid} is {busy[0].status}" if busy else ""


def _drifted(
    quota: VolumeQuota,
    wrong: Mapping[str, int],
    right: Mapping[str, tuple[int, ...]],
    things: Sequence[Sequence[Any]],
    owner: str,
) -> Breach:
    told = ", ".join(
        f"{name}: {right[name][0]} expected, {used} counted" for name, used in wrong.items()
    )
    had = sorted(row.uuid for rows in things for row in rows)
    return Breach(
        quota.uuid,
        "",
        f"cinder counts wrongly against the quota of project {quota.name!r} ({quota.uuid}): {told}",
        {"volume_quotas": str(dict(quota.used)), "volumes": f"{len(had)} things in the project"},
        origin=Origin.CLOUD_LOST,
        owner=owner,
        proof=f"{dict(quota.used)} {had}",
    )
