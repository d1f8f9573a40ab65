"""A database that is not the cloud's, or that the API cannot vouch for, accuses nobody."""

from dataclasses import replace

import pytest
from msgspec import structs

from harness.core.rules.invariant import judge
from harness.core.rules.verdict import Verdict
from tests.invariants.clouds import H1, H2, Cloud, service
from tests.invariants.database_leaks import GONE, STRANGE, storing
from tests.invariants.test_healthy import RULES, around, check

COMPARED = ("compute_node_is_hypervisor", "instance_is_server", "unfinished_move_is_listed")


@pytest.mark.parametrize("rule", COMPARED)
def test_another_clouds_database_is_doubted_and_not_believed(rule: str) -> None:
    said = check(rule, STRANGE)
    assert said.breaches == ()
    assert ["this cloud's database?" in doubt.message for doubt in said.doubts] == [True]
    assert not said.doubts[0].passing


@pytest.mark.parametrize(
    "more", [service("gone"), service("gone", up=False, silent=True)], ids=["new", "silent"]
)
def test_a_node_that_nova_may_not_list_yet_is_doubted(more: object) -> None:
    cloud = Cloud(services=(service(H1), service(H2), more))  # type: ignore[arg-type]
    said = check("compute_node_is_hypervisor", storing(cloud, nova_compute_nodes=(GONE,)))
    assert said.breaches == ()
    assert len(said.doubts) == 1


def test_the_age_of_a_row_is_measured_in_audits() -> None:
    law = RULES["compute_node_is_audited"]
    cloud = storing(
        Cloud(), nova_compute_nodes=(structs.replace(Cloud().rows()["nova_compute_nodes"][0],
                                             updated="2026-11-23T19:51:00"),)
    )  # fmt: skip
    often = replace(around(law), audit_interval=10.0)
    assert judge(law, cloud.snapshot(), around(law)).verdict is Verdict.PASS
    assert judge(law, cloud.snapshot(), often).verdict is Verdict.FAIL


def test_one_cell_that_is_not_seen_leaves_the_others_judged() -> None:
    cloud = storing(nova_compute_nodes=(GONE,))
    cloud = replace(cloud, gaps={"nova_compute_nodes": {"nova_cell2": "no route"}})
    said = check("compute_node_is_hypervisor", cloud)
    assert len(said.breaches) == 1
    assert "nova_compute_nodes on nova_cell2 was not seen: no route" in said.doubts[0].message
