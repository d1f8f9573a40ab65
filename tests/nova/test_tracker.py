"""What a tracker's row should hold, held against the row that nova's own audit saves."""

from collections import Counter
from typing import Any

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from harness.accounting.flavor_usage import Usage
from harness.accounting.tracker import expect
from harness.accounting.unfinished_moves import counted
from harness.core.rules.invariant import Circumstances
from harness.sources.hypervisors import ComputeNode
from harness.sources.servers import Flavor
from tests.invariants.clouds import node, server
from tests.nova import states
from tests.nova.conftest import Nova

pytestmark = pytest.mark.nova

quick = settings(
    derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck)
)


def _row(seen: ComputeNode) -> Usage:
    return Usage(seen.vcpus_used, seen.memory_mb_used, seen.local_gb_used)


def _judged(nova: Nova, state: dict[str, Any], stuck: bool, down: tuple[str, ...]) -> list[str]:
    """Compare each host that is up with nova; say for each how sure we were."""
    answer = nova.ask("audit", **state)
    seen = states.snapshot(state, answer, stuck, down)
    said = []
    for row in seen["hypervisors"]:
        if row.host in down:
            continue
        expectation, failed = expect(row, seen, Circumstances()), answer["rows"][row.host]["failed"]
        if expectation.doubt:
            said.append("passing doubt" if expectation.passing else "doubt")
        elif failed or _row(row) not in expectation.usages:
            assert expectation.unclear, (row.host, failed, _row(row), expectation)
            said.append("unclear")
        else:
            said.append("right" if len(expectation.usages) == 1 else "one of several")
        if not failed:
            lying = [item.uuid for item in seen["servers"] if counted(item, row)]
            assert row.running_vms == len(lying)
            assert set(lying) <= set(row.servers)
    return said


def _hold(nova: Nova, stuck: bool, examples: int) -> Counter[str]:
    said: Counter[str] = Counter()

    @settings(quick, max_examples=examples)
    @given(states.states(), st.sampled_from(((), (), ("h3",))))
    def hold(state: dict[str, Any], down: tuple[str, ...]) -> None:
        for word in _judged(nova, state, stuck, down):
            event(word)
            said[word] += 1

    hold()
    return said


def test_no_row_of_novas_is_called_wrong_while_all_is_young(nova: Nova) -> None:
    """Doubts are resizes of which no API shows the flavor: 9 to 22 % of what these states draw."""
    said = _hold(nova, stuck=False, examples=40)
    assert said["right"] + said["one of several"] > said.total() / 2, said


def test_no_row_of_novas_is_called_wrong_where_nothing_changes_any_more(nova: Nova) -> None:
    """A task that is stuck counts as it is, so that few rows are doubtful."""
    said = _hold(nova, stuck=True, examples=80)
    assert said["right"] + said["one of several"] > said.total() / 2, said
    assert not said["passing doubt"]


def test_the_states_in_which_a_server_does_not_count(nova: Nova) -> None:
    flavor = Flavor(1, 64, 1, 0, 0)
    for vm_state, task, removed in nova.ask("removable"):
        row = server(vm_state=vm_state, task=task, flavor=flavor)
        assert counted(row, replace(node("compute1"), host=row.host)) is not removed
