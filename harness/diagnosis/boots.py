"""The servers that failed in a stretch of time, each with its cause."""

from collections.abc import Iterator, Sequence

from harness.accounting.cloud_clock import cloud_now, since_epoch
from harness.accounting.flavor_usage import named
from harness.core.apis.nova import FAILED, Flavor
from harness.core.apis.standing import Standing
from harness.core.iterations.boots import Cause, FailedBoot
from harness.core.iterations.history import TestRun
from harness.core.rules.invariant import Check, Circumstances
from harness.core.views.snapshot import Snapshot
from harness.diagnosis.case import Case, Judgement
from harness.diagnosis.cause import judge_case
from harness.diagnosis.openness import Demand
from harness.diagnosis.quota import refusal_in, refused_to, wanted_of
from harness.diagnosis.scene import Scene
from harness.sources.deleted_servers import DeletedServer
from harness.sources.servers import Server

_WITHOUT = (
    "it was set so by hand (os-resetState), or by a failure that left no fault: nova tells no more "
    "than its state, and the time is that of its last change."
)
NEEDS = ("servers", "deleted_servers")
_ERROR = "ERROR"
_NO_HOST = "no valid host"
_EARLY = 5.0
"""Seconds by which the cloud's clock may seem ahead: its newest heartbeat is up to 10 s old."""


def failed(snapshot: Snapshot, since: float | None = None) -> list[Server | DeletedServer]:
    """Return the servers in ERROR, with a fault or not, and those that were deleted with one, the
    oldest first.

    ``since`` is in seconds since the epoch on the driver's clock: none with an older fault.
    """
    ahead = cloud_now(snapshot) - snapshot.moment
    told: list[tuple[float, Server | DeletedServer]] = []
    for view in NEEDS:
        for server in snapshot[view]:
            at = since_epoch(server.failure.at) if server.failure else _errored(server)
            if at is not None and (since is None or at >= since + ahead - _EARLY):
                told.append((at, server))
    return [server for _, server in sorted(told, key=lambda item: (item[0], item[1].uuid))]


def _errored(server: Server | DeletedServer) -> float | None:
    """Return when a server without a fault was last changed, where it is in ERROR."""
    return since_epoch(server.updated) if server.status == _ERROR else None


def unseen(snapshot: Snapshot) -> str:
    """Say why it is not known which servers failed, or ""."""
    gaps = [f"{view} was not seen: {gap}" for view in NEEDS if (gap := snapshot[view].gap())]
    unasked = sum(1 for server in snapshot["deleted_servers"] if server.unasked)
    if unasked:
        gaps.append(
            f"of {unasked} deleted servers that never ran nova was not asked, or did not say, "
            f"whether they failed ({FAILED} are asked about in one look)"
        )
    return "; ".join(gaps)


def diagnose(
    snapshot: Snapshot,
    circumstances: Circumstances,
    checks: Sequence[Check] = (),
    tests: TestRun | None = None,
    since: float | None = None,
    reads: Sequence[Standing] = (),
) -> Iterator[FailedBoot]:
    """Yield each server that failed since a moment, with its cause, and each boot that a quota
    refused to a test: no server came of it. ``reads`` as in ``Scene``."""
    for server in failed(snapshot, since):
        yield of_server(server, snapshot, circumstances, checks, reads)
    for result in tests.results if tests else ():
        if result.bad and (said := refusal_in(result.detail)):
            scene = Scene(snapshot, circumstances, checks)
            yield FailedBoot(
                server="",
                name=result.name,
                maker="test",
                at="",
                fault=said,
                request="",
                wanted=wanted_of(said),
                cause=Cause.QUOTA,
                because=refused_to(result.name, said, scene, since),
            )


def scene_of(
    server: Server | DeletedServer,
    snapshot: Snapshot,
    circumstances: Circumstances,
    checks: Sequence[Check],
    reads: Sequence[Standing] = (),
) -> Scene:
    """Return the scene of the moment in which a server failed; of one without a fault, of now."""
    then = since_epoch(server.failure.at) if server.failure else None
    return Scene(snapshot, circumstances, checks, then, server.uuid, reads)


def of_server(
    server: Server | DeletedServer,
    snapshot: Snapshot,
    circumstances: Circumstances,
    checks: Sequence[Check],
    reads: Sequence[Standing] = (),
) -> FailedBoot:
    """Return one server that failed, with its cause."""
    scene, failure = scene_of(server, snapshot, circumstances, checks, reads), server.failure
    fault = failure.message if failure else ""
    case = case_in(scene)
    if failure is None:
        told = Judgement(Cause.NO_FAULT, _WITHOUT)
    elif case is None:
        told = Judgement(Cause.UNKNOWN, "nova does not show its flavor any more.")
    else:
        told = judge_case(case)
    return FailedBoot(
        server=server.uuid,
        name=server.name,
        maker=scene.maker_of(server),
        at=failure.at if failure else server.updated,
        fault=fault,
        request=failure.request if failure else "",
        wanted=_wanted(server.flavor, server.boots_from_volume),
        cause=told.cause,
        because=told.because,
    )


def case_in(scene: Scene) -> Case | None:
    """Return the case of the server that a scene is about; None where there is none, or nova does
    not show its flavor."""
    for view in NEEDS:
        server = scene.snapshot[view].by_key().get(scene.but)
        if server is not None and server.flavor is not None:
            fault = server.failure.message if server.failure else ""
            tried = server.failure.tried if server.failure else ()
            return Case(demand_of(server), fault, scene, tried)
    return None


def demand_of(server: Server | DeletedServer) -> Demand:
    """Return what a server asked for. Raises ValueError where its flavor is not shown."""
    if server.flavor is None:
        raise ValueError(f"nova does not show the flavor of server {server.uuid}")
    image = server.failure.image if server.failure else ""
    zone = _zone_asked_for(server)
    return Demand(server.flavor, server.boots_from_volume, zone, server.uuid, image, server.project)


def _zone_asked_for(server: Server | DeletedServer) -> str:
    """Return the zone that a server asked for, "" where that is none or not known: once a host was
    chosen nova shows the zone of that one (nova/conductor/manager.py:
    schedule_and_build_instances)."""
    failure = server.failure
    if failure is None or server.host or _NO_HOST not in failure.message.lower():
        return ""
    return failure.zone


def _wanted(flavor: Flavor | None, boots_from_volume: bool) -> str:
    if flavor is None:
        return "what it asked for is not known"
    disk = (0 if boots_from_volume else flavor.disk) + flavor.ephemeral
    cpus = "1 vCPU" if flavor.vcpus == 1 else f"{flavor.vcpus} vCPUs"
    more = "".join(f", {name} {amount}" for name, amount in sorted(named(flavor).items()))
    return f"{cpus}, {flavor.ram} MB of memory, {disk} GB of disk{more}"
