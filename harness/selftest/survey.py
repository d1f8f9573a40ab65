"""What a cloud has to be planted in: two compute hosts that work, and volumes or none."""

from harness.core.answers.shape import ShapeError, items, take
from harness.core.errors import HarnessError
from harness.core.ports import Absent, Clock, Cloud, Unreachable

PATIENCE = 120.0
"""Seconds that a host has to report after its start: twice nova's default service_down_time."""


def two_hosts(cloud: Cloud, clock: Clock) -> tuple[str, str]:
    """Return the first two compute hosts that are up and enabled.

    Waits up to PATIENCE seconds for them, since a host that was just started is down until its
    first report. Raises HarnessError, with the state of each, where there are fewer.
    """
    end = clock.now() + PATIENCE
    while True:
        states = _states(cloud)
        working = sorted(host for host, state in states.items() if state == "up and enabled")
        if len(working) > 1:
            return working[0], working[1]
        if clock.now() >= end:
            there = ", ".join(f"{host} is {state}" for host, state in sorted(states.items()))
            raise HarnessError(
                "the self-test needs two compute hosts that are up and enabled, but "
                + (there or "there is no compute host"),
                2,
            )
        clock.sleep(2)


def _states(cloud: Cloud) -> dict[str, str]:
    try:
        answer = cloud.get("compute", "/os-services?binary=nova-compute", microversion="2.53")
        return {
            take(service, "host", str): f"{take(service, 'state', str)} and "
            f"{take(service, 'status', str)}"
            for service in items(answer, "services")
        }
    except (Unreachable, ShapeError) as error:
        raise HarnessError(f"which compute hosts there are is not known: {error}", 2) from error


def has_volumes(cloud: Cloud) -> bool:
    """Tell whether the cloud has volumes. Raises HarnessError where that cannot be known."""
    try:
        cloud.get("block_storage", "/volumes?limit=1")
    except Absent:
        return False
    except Unreachable as error:
        raise HarnessError(f"the volume service does not answer: {error}", 2) from error
    return True
