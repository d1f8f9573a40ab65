"""Compute hosts on nova's fake driver: kept from the scheduler; forgotten when there are less."""

from collections.abc import Sequence
from typing import Any

from harness.lab.layout import FAKE

REASON = "harness lab: enable it to have servers on it"


def disable(cloud: Any, hosts: Sequence[str]) -> None:
    """Keep new hosts from everybody's servers; one that was enabled later stays so."""
    for service in _services(cloud):
        if service.host in hosts:
            cloud.compute.disable_service(service, disabled_reason=REASON)


def forget_others(cloud: Any, hosts: Sequence[str]) -> None:
    """Delete the services of fake hosts that are not among ``hosts``; they would be down for ever.

    openstack.exceptions.ConflictException where one still has servers.
    """
    for service in _services(cloud):
        if service.host not in hosts:
            cloud.compute.delete_service(service)


def _services(cloud: Any) -> list[Any]:
    listed = cloud.compute.services(binary="nova-compute")
    return [service for service in listed if service.host.startswith(FAKE)]
