"""What nova's lists of servers have in common, deleted ones too: the flavor within, and secrets.

Asked at microversion 2.87, which embeds the flavor (since 2.47).
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from harness.core.answers.shape import Record, items, take, take_amount, take_or_none
from harness.core.apis import builds
from harness.core.ports import Cloud, Unreachable

MICROVERSION = "2.87"
UUID_LENGTH = 36
"""Characters of a uuid, with which the names of an instance's files begin."""
FAILED = 20
"""Of how many servers that failed the actions are asked for: one request for each."""
QUOTA = re.compile(
    r"quota[^.]{0,60}exceed|exceed[^.]{0,60}quota|is over a limit for", re.IGNORECASE
)
"""What a fault says that speaks of a quota; the last is oslo.limit's (unified limits)."""
RETRIED = re.compile(
    r"exceeded max(imum number of retries| scheduling attempts)|exhausted all hosts", re.IGNORECASE
)
"""What a fault says where hosts were chosen and tried, and the build failed on each
(nova/conductor/manager.py: build_instances, nova/scheduler/utils.py: populate_retry)."""
_PRIVATE = frozenset({"OS-EXT-SRV-ATTR:user_data", "adminPass", "metadata"})


@dataclass(frozen=True, slots=True)
class Flavor:
    """What a server was promised. ``ram`` and ``swap`` in MB, ``disk`` and ``ephemeral`` in GB."""

    vcpus: int
    ram: int
    disk: int
    ephemeral: int
    swap: int
    extra_specs: Mapping[str, str] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class Failure:
    """What nova says of a server that went to ERROR, deleted since or not.

    ``code`` and ``message`` are its fault's, ``at`` is when: nova's ISO 8601 time. ``request`` is
    the id of the last request that ended in an error, ``action`` what was asked for, "" where that
    is not known. ``zone`` is the availability zone that was asked for, or that it was in.
    ``image`` is the uuid of its image, "" where it boots from a volume. ``quotas`` maps each quota
    of its project to (limit, in use) as of the look, where the fault speaks of a quota. ``tried``
    are the hosts on which it was built in vain, the first one first, as far as nova tells them.
    ``message`` is "" where nova has forgotten it.
    """

    code: int
    message: str
    at: str
    action: str = ""
    request: str = ""
    zone: str = ""
    image: str = ""
    quotas: Mapping[str, tuple[int, int]] = field(default_factory=dict, hash=False)
    tried: tuple[str, ...] = ()


_FLAVOR = Record(
    {"vcpus": int, "ram": int, "disk": int, "ephemeral": int, "swap": int}, {"extra_specs": dict}
)


def without_secrets(page: Any) -> Any:
    """Drop what its owner may have put secrets into; nothing of it is ever judged."""
    return {
        **page,
        "servers": [
            {name: value for name, value in server.items() if name not in _PRIVATE}
            for server in items(page, "servers")
        ],
    }


class Flavors:
    """Reads the flavors of many servers; equal ones are one object."""

    def __init__(self) -> None:
        self._known: dict[Any, Flavor] = {}

    def of(self, data: Any) -> Flavor:
        """Read the flavor that nova embeds in a server."""
        *numbers, specs = _FLAVOR.of(data)
        told = (*numbers, *(specs or {}).items())
        try:
            known = self._known.get(told)
        except TypeError:
            return _flavor(numbers, specs)  # a spec that is no text
        return known or self._known.setdefault(told, _flavor(numbers, specs))


def _counted(number: int) -> int:
    return take_amount({"flavor": number}, "flavor")


def _flavor(numbers: Sequence[int], specs: Mapping[str, str] | None) -> Flavor:
    vcpus, ram, disk, ephemeral, swap = map(_counted, numbers)
    return Flavor(vcpus, ram, disk, ephemeral, swap, specs or {})


def actions_of_failed(cloud: Cloud, servers: Sequence[Any]) -> dict[str, Any]:
    """Ask for the actions of the first servers that failed, or may have: server uuid -> answer, or
    one line that says why there is none.

    Nova forgets the fault of a server when it deletes it (nova/db/main/api.py: instance_destroy),
    and keeps its actions; the events of one that never ran tell what failed it.
    """
    found: dict[str, Any] = {}
    for server in [each for each in servers if may_have_failed(each)][:FAILED]:
        path = f"/servers/{server['id']}/os-instance-actions"
        try:
            told = cloud.get("compute", path, microversion=MICROVERSION)
            _, request = _failed_action(told)
            fault = server.get("fault")
            if request and (not fault or RETRIED.search(str(fault.get("message")))):
                events = cloud.get("compute", f"{path}/{request}", microversion=MICROVERSION)
                told = {**told, "events": events}
            found[server["id"]] = {**told, **_quotas(cloud, server, told)}
        except Unreachable as error:
            found[server["id"]] = {"unavailable": str(error)}
    return found


def _quotas(cloud: Cloud, server: Any, told: Mapping[str, Any]) -> dict[str, Any]:
    """Ask for the quotas of a server's project, where its fault speaks of one."""
    fault = server.get("fault") or _forgotten(told) or {}
    project = server.get("tenant_id")
    if not isinstance(project, str) or not QUOTA.search(str(fault.get("message"))):
        return {}
    path = f"/os-quota-sets/{project}/detail"
    try:
        return {"quotas": cloud.get("compute", path, microversion=MICROVERSION)}
    except Unreachable as error:
        return {"quotas": {"unavailable": str(error)}}


def _limits(actions: Any) -> dict[str, tuple[int, int]]:
    answer = take_or_none(actions, "quotas", dict) if isinstance(actions, Mapping) else None
    told = (take_or_none(answer, "quota_set", dict) if answer else None) or {}
    return {
        name: (take(quota, "limit", int), take(quota, "in_use", int))
        for name, quota in told.items()
        if isinstance(quota, Mapping)
    }


def may_have_failed(server: Mapping[str, Any]) -> bool:
    """Tell whether a server has a fault, or is deleted and never ran nor lay on a host."""
    if server.get("fault"):
        return True
    ran = server.get("OS-SRV-USG:launched_at") or server.get("OS-EXT-SRV-ATTR:host")
    return server.get("OS-EXT-STS:vm_state") == "deleted" and not ran


def failure_of(server: Any, actions: Any) -> Failure | None:
    """Read a server's fault, None where it has none. ``actions`` is its answer of
    ``actions_of_failed``, or None. Raises ShapeError."""
    fault = take_or_none(server, "fault", dict)
    known = isinstance(actions, Mapping)
    action, request = _failed_action(actions) if known else ("", "")
    if fault is None:
        fault = _forgotten(actions) if known and request else None
    if fault is None:
        return None
    image = server.get("image")
    return Failure(
        code=take_or_none(fault, "code", int) or 0,
        message=take_or_none(fault, "message", str) or "",
        at=take_or_none(fault, "created", str) or "",
        action=action,
        request=request,
        zone=take_or_none(server, "OS-EXT-AZ:availability_zone", str) or "",
        image=take(image, "id", str) if isinstance(image, Mapping) else "",
        quotas=_limits(actions),
        tried=builds.tried(actions) if known else (),
    )


def answered(actions: Any) -> bool:
    """Tell whether the actions of a deleted server that never ran say whether it failed."""
    if not isinstance(actions, Mapping) or "instanceActions" not in actions:
        return False
    return _error_in(actions) is not None or not builds.unclear(actions)


def _forgotten(actions: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the fault of a server whose fault is forgotten; None where it did not fail. A build
    that failed on a host tells no error: its message is ""."""
    if error := _error_in(actions):
        return error
    at = builds.ended_in_vain(actions)
    return {"message": "", "created": at} if at else None


def _error_in(actions: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the first error that the events of the action tell, None where they tell none. Since
    2.84 they have a message (``details``)."""
    for event in builds.events(actions):
        if take_or_none(event, "result", str) == "Error":
            at = take_or_none(event, "finish_time", str) or take(event, "start_time", str)
            return {"message": take_or_none(event, "details", str) or "", "created": at}
    return None


def _failed_action(actions: Mapping[str, Any]) -> tuple[str, str]:
    """Return the action and the request of the newest action that ended in an error, else of the
    one that made the server; nova lists the newest first."""
    listed = items(actions, "instanceActions") if "instanceActions" in actions else ()
    told = [
        (take(item, "action", str), take(item, "request_id", str), bool(item.get("message")))
        for item in listed
    ]
    wrong = [item for item in told if item[2]] or [item for item in told if item[0] == "create"]
    return wrong[0][:2] if wrong else ("", "")
