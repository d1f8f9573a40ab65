"""What went wrong with a server: of its fault, or of its actions where nova has forgotten that."""

from typing import Any

import pytest

from harness.core.apis.nova import FAILED, Failure, actions_of_failed, answered, failure_of
from harness.core.ports import Unreachable
from harness.core.views.snapshot import Snapshot, View
from harness.diagnosis.boots import unseen
from harness.sources.deleted_servers import SOURCE
from tests.sources.answers_things import deleted_server

CREATE = {"action": "create", "request_id": "req-1", "message": "Error"}
EVENT = {
    "event": "conductor_schedule_and_build_instances",
    "start_time": "2026-11-26T15:02:51.000000",
    "finish_time": "2026-11-26T15:02:52.000000",
    "result": "Error",
    "details": "No valid host was found. ",
}
GONE = {
    "id": "s",
    "tenant_id": "p",
    "OS-EXT-STS:vm_state": "deleted",
    "OS-SRV-USG:launched_at": None,
}


class _Nova:
    """Nova's actions of one server."""

    def __init__(self, *actions: Any, events: list[Any] | None = None) -> None:
        """Uuids in the place of actions are servers of which nova knows none."""
        uuids = [each for each in actions if isinstance(each, str)]
        mine = [each for each in actions if not isinstance(each, str)]
        self.answers: dict[str, Any] = {
            f"/servers/{uuid}/os-instance-actions": {"instanceActions": mine}
            for uuid in uuids or ["s"]
        }
        request = "/servers/s/os-instance-actions/req-1"
        self.answers[request] = {"instanceAction": {"events": events}}
        self.asked: list[str] = []

    def get(self, _service: str, path: str, **_more: Any) -> Any:
        self.asked.append(path)
        if path not in self.answers:
            raise Unreachable("HTTP 500")
        return self.answers[path]


def test_the_fault_of_a_deleted_server_is_read_from_its_actions() -> None:
    nova = _Nova({"action": "delete", "request_id": "req-2"}, CREATE, events=[EVENT])
    actions = actions_of_failed(nova, [GONE])
    assert failure_of(GONE, actions["s"]) == Failure(
        0, "No valid host was found. ", EVENT["finish_time"], "create", "req-1"
    )


BUILD = "compute__do_build_and_run_instance"
DELETE = {"action": "delete", "request_id": "req-2", "start_time": "2026-11-26T18:07:11.000000"}
MADE = {**CREATE, "message": None}


def _try(host: str, start: str, end: str | None) -> dict[str, Any]:
    day = "2026-11-26T18:"
    return {
        "event": BUILD,
        "host": host,
        "start_time": f"{day}{start}.000000",
        "finish_time": f"{day}{end}.000000" if end else None,
        "result": "Success" if end else None,
    }


IN_VAIN = [_try("compute1", "02:15", None), _try("compute2", "01:25", "02:39")]
"""As nova tells two tries: the end of the second one stands in the first one's event."""


def test_a_build_in_vain_has_no_event_with_an_error() -> None:
    nova = _Nova(DELETE, MADE, events=IN_VAIN)
    assert failure_of(GONE, actions_of_failed(nova, [GONE])["s"]) == Failure(
        *(0, "", "2026-11-26T18:02:39.000000", "create", "req-1"), tried=("compute2", "compute1")
    )


@pytest.mark.parametrize(
    "events",
    [
        [],
        [_try("compute1", "07:05", None)],
        [_try("compute1", "07:05", "07:12")],
        [_try("compute1", "07:08", None), _try("compute2", "07:05", "07:07")],
    ],
    ids=["before any build", "in the build", "which ended for that", "in the second try"],
)
def test_one_that_was_deleted_while_it_was_built_did_not_fail(events: list[Any]) -> None:
    actions = actions_of_failed(_Nova(DELETE, MADE, events=events), [GONE])["s"]
    assert failure_of(GONE, actions) is None
    assert answered(actions)


def test_a_build_that_ended_in_the_second_of_the_deletion_says_nothing() -> None:
    events = [_try("compute1", "07:05", "07:11")]
    actions = actions_of_failed(_Nova(DELETE, MADE, events=events), [GONE])["s"]
    assert failure_of(GONE, actions) is None
    assert not answered(actions)


def test_the_hosts_that_were_tried_are_asked_for_where_the_fault_speaks_of_tries() -> None:
    fault = {"code": 500, "message": "Exceeded maximum number of retries. ", "created": "now"}
    server = {"id": "s", "tenant_id": "p", "fault": fault}
    failure = failure_of(server, actions_of_failed(_Nova(MADE, events=IN_VAIN), [server])["s"])
    assert failure
    assert (failure.message, failure.tried) == (fault["message"], ("compute2", "compute1"))


def test_a_server_that_ran_is_not_asked_about() -> None:
    nova = _Nova(CREATE, events=[EVENT])
    ran = {**GONE, "OS-SRV-USG:launched_at": "2026-11-26T15:00:00.000000"}
    lay = {**GONE, "OS-EXT-SRV-ATTR:host": "compute1"}
    assert actions_of_failed(nova, [ran, lay, {"id": "s", "status": "ACTIVE"}]) == {}
    assert nova.asked == []


def test_one_that_was_deleted_before_it_was_built_did_not_fail() -> None:
    well = {**EVENT, "result": "Success"}
    nova = _Nova({**CREATE, "message": None}, events=[well])
    assert failure_of(GONE, actions_of_failed(nova, [GONE])["s"]) is None


def test_more_than_are_asked_about_are_not_taken_for_well() -> None:
    many = [
        deleted_server(**{**GONE, "id": f"s{number}", "OS-EXT-SRV-ATTR:host": None})
        for number in range(FAILED + 3)
    ]
    nova = _Nova(*[f"s{number}" for number in range(FAILED + 3)])
    rows = tuple(SOURCE.parse({"servers": many, "actions": actions_of_failed(nova, many)}))
    assert sum(row.unasked for row in rows) == 3
    views = {"deleted_servers": View("deleted_servers", rows), "servers": View("servers")}
    assert "of 3 deleted servers that never ran" in unseen(Snapshot(0.0, views))


def test_actions_that_are_not_seen_cost_the_request_alone() -> None:
    fault = {"code": 500, "message": "No valid host was found.", "created": "2026-11-26T15:02:51Z"}
    server = {"id": "other", "fault": fault}
    failure = failure_of(server, actions_of_failed(_Nova(), [server])["other"])
    assert failure
    assert (failure.message, failure.request) == ("No valid host was found.", "")


DETAIL = {"quota_set": {"id": "p", "cores": {"limit": 10, "in_use": 9, "reserved": 0}}}
OVER = "Quota exceeded for cores: Requested 2, but already used 9 of 10 cores"


def test_the_quotas_of_the_project_are_asked_for_where_a_fault_speaks_of_one() -> None:
    fault = {"code": 403, "message": OVER, "created": "2026-11-26T15:02:51Z"}
    nova = _Nova(CREATE, events=[{**EVENT, "details": OVER}])
    nova.answers["/os-quota-sets/p/detail"] = DETAIL
    for server in (GONE, {"id": "s", "tenant_id": "p", "fault": fault}):
        failure = failure_of(server, actions_of_failed(nova, [server])["s"])
        assert failure
        assert (failure.message, dict(failure.quotas)) == (OVER, {"cores": (10, 9)})


def test_no_quota_is_asked_for_without_need_and_a_silent_one_costs_nothing() -> None:
    nova = _Nova(CREATE, events=[EVENT])
    actions_of_failed(nova, [GONE])
    assert not any("quota" in path for path in nova.asked)
    over = _Nova(CREATE, events=[{**EVENT, "details": OVER}])
    failure = failure_of(GONE, actions_of_failed(over, [GONE])["s"])
    assert failure
    assert (failure.message, failure.request, dict(failure.quotas)) == (OVER, "req-1", {})
