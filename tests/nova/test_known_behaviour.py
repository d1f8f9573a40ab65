"""What nova is known to do wrong, shown with nova itself, so that the rules may rest on it."""

from typing import Any

import pytest

from harness.accounting.flavor_usage import Usage
from harness.accounting.tracker import expect
from harness.core.rules.invariant import Circumstances
from tests.nova import states
from tests.nova.conftest import Nova

pytestmark = pytest.mark.nova

KEPT_BACK = {"cpus": 0, "memory_mb": 512, "disk_mb": 0}
SMALL = {"vcpus": 1, "ram": 512, "disk": 1, "ephemeral": 0, "swap": 512, "extra_specs": {}}
LARGE = SMALL | {"vcpus": 4, "ram": 4096, "disk": 10}


def _server(**changes: Any) -> dict[str, Any]:
    """A server on h2 that was resized from h1, or would have been."""
    calm = {
        "uuid": "00000000-0000-4000-8000-000000000001",
        "host": "h2",
        "vm_state": "active",
        "task": "",
        "deleted": False,
        "boots_from_volume": False,
        "old": SMALL,
        "new": LARGE,
        "now": "old",
        "keeps_old": False,
        "keeps_new": False,
        "migrations": [],
    }
    return calm | changes


def _resize(**changes: Any) -> dict[str, Any]:
    waiting = {
        "uuid": "00000000-0000-4000-9000-000000000001",
        "kind": "resize",
        "status": "finished",
        "source": "h1",
        "dest": "h2",
        "to": "new",
        "age": 1,
        "in_context": True,
    }
    return waiting | changes


def _audit(nova: Nova, server: dict[str, Any]) -> tuple[dict[str, Any], Any]:
    """Return nova's answer, and host -> what we expect of its row."""
    state = {"hosts": states.HOSTS, "reserved": KEPT_BACK, "servers": [server]}
    answer = nova.ask("audit", **state)
    seen = states.snapshot(state, answer, stuck=True, down=())
    return answer["rows"], {
        row.host: expect(row, seen, Circumstances()) for row in seen["hypervisors"]
    }


def test_a_swap_that_is_no_whole_gb_drifts_until_the_next_audit(nova: Nova) -> None:
    """The row is an integer, cut at each step: adding half a GB adds nothing, taking it away takes
    one (nova/compute/resource_tracker.py: _update_usage)."""
    pair = [_server(uuid=f"00000000-0000-4000-8000-00000000000{i}", host="h1") for i in (1, 2)]
    servers = [server | {"now": "old"} for server in pair]
    seen = nova.ask("drift", hosts=["h1"], reserved=KEPT_BACK, servers=servers)
    assert seen == [1, 2, 0, -1, 0]


def test_an_unconfirmed_resize_holds_both_its_hosts(nova: Nova) -> None:
    waiting = _server(
        vm_state="resized", now="new", keeps_old=True, keeps_new=True, migrations=[_resize()]
    )
    rows, expected = _audit(nova, waiting)
    assert (rows["h1"]["vcpus_used"], rows["h1"]["running_vms"]) == (1, 0)
    assert Usage(1, 1024, 1) in expected["h1"].usages
    assert Usage(4, 4096 + 512, 10) in expected["h2"].usages


def test_a_rebuild_after_a_resize_that_failed_breaks_the_audit_of_where_it_was_to_go(
    nova: Nova,
) -> None:
    """The new flavor has been forgotten, and the log line of it fails on None
    (nova/compute/resource_tracker.py: _update_usage_from_migration)."""
    failed = _resize(status="error", source="h2", dest="h3", in_context=False)
    rows, expected = _audit(nova, _server(task="rebuilding", migrations=[failed]))
    assert rows["h3"]["failed"] == "AttributeError: 'NoneType' object has no attribute 'flavorid'"
    assert expected["h3"].doubt
    assert not rows["h2"]["failed"]
    assert expected["h2"].usages == (Usage(1, 1024, 1),)


def test_a_rebuild_counts_also_where_an_old_move_failed_to_bring_it(nova: Nova) -> None:
    """The old record has the server's flavor, so that its destination counts a phantom."""
    failed = _resize(kind="migration", to="old", status="error", source="h2", dest="h3")
    rebuilt = _server(task="rebuilding", migrations=[failed | {"in_context": False}])
    rows, expected = _audit(nova, rebuilt)
    assert (rows["h3"]["vcpus_used"], rows["h3"]["running_vms"]) == (1, 0)
    assert Usage(1, 1024, 1) in expected["h3"].usages


def test_a_deleted_row_that_still_says_resized_is_held_by_both_hosts(nova: Nova) -> None:
    """Its unfinished move keeps counting, and no API lists it: the one state in which we call
    nova's own sum wrong, since that is what has leaked."""
    gone = _server(
        vm_state="resized",
        now="new",
        keeps_old=True,
        keeps_new=True,
        deleted=True,
        migrations=[_resize()],
    )
    rows, expected = _audit(nova, gone)
    assert [rows[host]["vcpus_used"] for host in ("h1", "h2")] == [1, 4]
    assert all(expected[host].usages == (Usage(0, 512, 0),) for host in ("h1", "h2"))
