"""A cloud in which a boot failed, and what the rest of it held."""

from typing import Any

from msgspec.structs import replace

from harness.core.apis.nova import Failure, Flavor
from harness.core.iterations.boots import FailedBoot
from harness.core.rules.invariant import Circumstances, judge
from harness.core.views.snapshot import Snapshot
from harness.diagnosis.boots import diagnose
from harness.invariants.allocation_has_consumer import allocation_has_consumer
from harness.invariants.domain_has_server import domain_has_server
from harness.sources.deleted_servers import DeletedServer
from harness.sources.servers import Server
from tests.invariants.clouds import H1, NOW, RUN, Cloud, server

AT = "2026-11-23T19:50:00Z"
BORN, BEFORE, AFTER = "2026-11-23T19:49:58Z", "2026-11-23T19:40:00Z", "2026-11-23T19:55:00Z"
NO_HOST = "No valid host was found. There are not enough hosts available."
HUGE = Flavor(vcpus=40, ram=40000, disk=10, ephemeral=0, swap=0)
"""Of it one has room on an empty host: 64 vCPUs and 65024 MB can be promised."""


def failed(flavor: Flavor = HUGE, message: str = NO_HOST, **changes: Any) -> Server:
    """Return a server that found no host."""
    failure = Failure(500, message, AT, "create", "req-1")
    row = server(
        "boot-1",
        "",
        name="soak1a2b3ci3-boot",
        status="ERROR",
        vm_state="error",
        flavor=flavor,
        created=BORN,
        failure=failure,
    )
    return replace(row, **changes)


def of_tests(uuid: str, host: str, flavor: Flavor = HUGE, **changes: Any) -> Server:
    """Return a server that a test of iteration 2 made and left."""
    named = {"name": f"soak1a2b3ci2-{uuid}", "created": BEFORE}
    return server(uuid, host, flavor=flavor, **named | changes)


def gone(uuid: str, host: str, flavor: Flavor = HUGE, **changes: Any) -> DeletedServer:
    """Return a server of a test that lived when the boot failed and was deleted since."""
    row = DeletedServer(
        uuid,
        f"soak1a2b3ci3-{uuid}",
        "project-1",
        "user-1",
        host,
        "instance-0000001a",
        flavor,
        BEFORE,
        AFTER,
        AFTER,
    )
    return replace(row, **changes)


def cause_in(cloud: Cloud, around: Circumstances = RUN) -> FailedBoot:
    """Return what became of the one boot that failed."""
    (boot,) = told(cloud.snapshot(), around)
    return boot


def told(snapshot: Snapshot, around: Circumstances = RUN) -> list[FailedBoot]:
    checks = [judge(law, snapshot, around) for law in (allocation_has_consumer, domain_has_server)]
    return list(diagnose(snapshot, around, checks, since=NOW - 3600))


__all__ = ["AT", "H1", "cause_in", "failed", "gone", "of_tests", "told"]
