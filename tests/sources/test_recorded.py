"""What a real cloud answered is read without a surprise, and its views agree.

The views of the host probe are what the real script told of hosts that were made for it: with the
folders, disks, taps and processes that the servers of the recorded cloud have. The tables of nova's
database are those of another lab, with a resize that waits.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from harness.core.answers.capture import Answer, Capture
from harness.core.rules.invariant import Circumstances, judge
from harness.core.views.snapshot import Snapshot, parse
from tests.invariants.test_healthy import RULES
from tests.sources.test_parse_any import SOURCES

HERE = Path(__file__).with_name("recorded")


@pytest.fixture(scope="module")
def snapshot() -> Snapshot:
    answers = [
        Answer(name, place, 0.0, 1.0, body)
        for name in SOURCES
        for place, body in _bodies(name).items()
    ]
    return parse(Capture(tuple(answers)), tuple(SOURCES.values()))


def _bodies(name: str) -> dict[str, Any]:
    bodies: dict[str, Any] = json.loads((HERE / f"{name}.json").read_text("utf-8"))
    return bodies


@pytest.mark.parametrize("name", SOURCES)
def test_every_view_was_recorded_and_is_read(snapshot: Snapshot, name: str) -> None:
    assert snapshot[name].gaps == {}
    assert len(snapshot[name].by_key()) == len(snapshot[name].rows)


def test_the_recorded_cloud_is_no_empty_one(snapshot: Snapshot) -> None:
    for name in ("servers", "domains", "allocations", "hypervisors", "providers", "services"):
        assert snapshot[name].rows
    for name in ("instance_directories", "instance_disks", "qemu_processes", "host_resources"):
        assert snapshot[name].rows
    assert [row.old_flavor for row in snapshot["nova_instances"] if row.old_flavor]
    assert all("uptime" in row.stats for row in snapshot["nova_compute_nodes"])
    assert snapshot["nova_migrations"].rows
    assert all(node.audit_stamp for node in snapshot["hypervisors"])
    assert all(domain.server_name for domain in snapshot["domains"])


def test_the_recorded_views_agree(snapshot: Snapshot) -> None:
    """Whatever state a server is in, its host's domain, allocation and tracker row follow.

    It was one look at a cloud under tests: a guest was paused between two reads of it.
    """
    broken = {
        name: [breach.message for breach in said.breaches]
        for name, law in RULES.items()
        if (said := judge(law, snapshot, Circumstances())).breaches
    }
    assert broken.keys() <= {"no_server_in_error", "power_state_is_true"}
