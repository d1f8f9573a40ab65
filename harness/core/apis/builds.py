"""What nova's actions tell of the builds of a server that never ran: where, and whether in vain.

Of a build that failed on a host they tell no error, and the end of the last try stands in the event
of any of them (nova/compute/manager.py: _do_build_and_run_instance returns what came of it;
nova/db/main/api.py: action_event_finish takes the first event of a name). ``actions`` is nova's
answer for one server, with the ``events`` of the action that made it.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from harness.core.answers.shape import items, take, take_or_none

_BUILD = "compute__do_build_and_run_instance"
_SECOND = len("2026-11-26T18:02:39")


def events(actions: Mapping[str, Any]) -> Sequence[Any]:
    """Return the events. Raises ShapeError, as all here."""
    answer = take_or_none(actions, "events", dict)
    action = take(answer, "instanceAction", dict) if answer else {}
    return items(action, "events") if action.get("events") is not None else ()


def tried(actions: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the hosts on which it was built, the first one first; nova tells them since 2.62."""
    told = sorted(
        (take(event, "start_time", str), take_or_none(event, "host", str) or "")
        for event in _tries(actions)
    )
    return tuple(dict.fromkeys(host for _, host in told if host))


def ended_in_vain(actions: Mapping[str, Any]) -> str:
    """Return when the last build had ended without making it run, in nova's ISO 8601; "" where it
    was deleted before that."""
    started, ended = _last(actions)
    deleted = _deleted_at(actions)
    if not ended or ended < started or unclear(actions) or (deleted and deleted < ended):
        return ""
    return ended


def unclear(actions: Mapping[str, Any]) -> bool:
    """Tell whether it cannot be told if it failed: its only build ended in the second in which it
    was deleted."""
    ended = _last(actions)[1][:_SECOND]
    return len(_tries(actions)) == 1 and bool(ended) and ended == _deleted_at(actions)[:_SECOND]


def _tries(actions: Mapping[str, Any]) -> list[Any]:
    return [event for event in events(actions) if take(event, "event", str) == _BUILD]


def _last(actions: Mapping[str, Any]) -> tuple[str, str]:
    """Return when the last build began and when the last one ended, "" where none did."""
    tries = _tries(actions)
    starts = (take(event, "start_time", str) for event in tries)
    ends = (take_or_none(event, "finish_time", str) or "" for event in tries)
    return max(starts, default=""), max(ends, default="")


def _deleted_at(actions: Mapping[str, Any]) -> str:
    """Return when the first deletion was asked for, "" where none was."""
    listed = items(actions, "instanceActions") if "instanceActions" in actions else ()
    return min(
        (
            take_or_none(item, "start_time", str) or ""
            for item in listed
            if take(item, "action", str) in ("delete", "forceDelete")
        ),
        default="",
    )
