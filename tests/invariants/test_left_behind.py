"""Left-overs: what tests that run work with, and what one view that was not seen costs."""

from dataclasses import replace

import pytest
from msgspec import structs

from harness.core.rules.invariant import judge
from harness.core.rules.verdict import Verdict
from harness.core.views.snapshot import Snapshot
from harness.sources.networks import Network
from harness.sources.ports import Port
from tests.invariants.clouds import H1, H2, LONG_AGO, RECENT, RUN, Cloud, server, service
from tests.invariants.healthy_networks import AT_WORK
from tests.invariants.leaks import PREFIXED
from tests.invariants.residue_leaks import BOTH, image
from tests.invariants.test_healthy import RULES, check

LEFT, OUTLIVES = "nothing_left_behind", "nothing_outlives_its_iteration"
OLD_NETWORK = Network("net-1", "tempest-n-1", "project-1", LONG_AGO, LONG_AGO)
OLD_SERVER = server(name=PREFIXED, updated=LONG_AGO)


@pytest.mark.parametrize("case", AT_WORK)
def test_what_tests_work_with_is_doubted_until_they_are_over(case: str) -> None:
    said = check(LEFT, AT_WORK[case])
    assert said.breaches == ()
    assert said.doubts
    assert all(doubt.passing for doubt in said.doubts)
    assert "tests seem to be running" in said.doubts[0].message


def test_a_late_clock_of_the_cloud_makes_nothing_old_or_young() -> None:
    late = structs.replace(
        OLD_NETWORK, created="2026-11-23T17:50:00Z", updated="2026-11-23T17:50:00Z"
    )
    reports = tuple(service(host, updated="2026-11-23T18:00:00Z") for host in (H1, H2))
    assert len(check(LEFT, Cloud(networks=(late,), services=reports)).breaches) == 1


def test_what_somebody_else_changes_is_no_test() -> None:
    busy = Cloud(
        servers=(OLD_SERVER, server("other", H2, task="rebooting")),
        networks=(structs.replace(OLD_NETWORK, uuid="other", name="net", updated=RECENT),),
    )
    assert [breach.subject for breach in check(LEFT, busy).breaches] == ["server-1"]


@pytest.mark.parametrize("rule", [LEFT, OUTLIVES])
def test_a_view_that_was_not_seen_costs_its_own_part(rule: str) -> None:
    gaps = {"networks": {"": "HTTP 500"}}
    cloud = Cloud(servers=(OLD_SERVER,), networks=(OLD_NETWORK,), gaps=gaps)
    said = check(rule, cloud)
    assert [breach.subject for breach in said.breaches] == ["server-1"]
    assert [(doubt.subject, doubt.passing) for doubt in said.doubts] == [("networks", False)]
    assert check(rule, replace(cloud, servers=())).verdict is Verdict.UNKNOWN


def test_no_project_is_gone_where_the_projects_were_not_seen() -> None:
    cloud = Cloud(
        networks=(structs.replace(OLD_NETWORK, name="net"),), gaps={"projects": {"": "403"}}
    )
    for rule in (LEFT, OUTLIVES):
        said = check(rule, cloud)
        assert (said.breaches, said.verdict) == ((), Verdict.UNKNOWN)


@pytest.mark.parametrize(("visibility", "left"), [("public", 0), ("community", 0), ("private", 1)])
def test_an_image_for_everybody_outlives_its_project(visibility: str, left: int) -> None:
    row = structs.replace(image("debian", "project-gone"), visibility=visibility)
    assert len(check(LEFT, Cloud(others={"images": (row,)})).breaches) == left
    of_test = structs.replace(row, name="tempest-image-1")
    assert len(check(LEFT, Cloud(others={"images": (of_test,)})).breaches) == 1


def test_what_is_being_deleted_when_the_iteration_ends_may_still_go() -> None:
    cloud = Cloud(servers=(server(name=PREFIXED, task="deleting"),))
    (doubt,) = check(OUTLIVES, cloud).doubts
    assert doubt.passing
    assert "it is deleting" in doubt.message
    assert check(OUTLIVES, replace(cloud, down=(H1,))).verdict is Verdict.FAIL


@pytest.mark.parametrize("rule", [LEFT, OUTLIVES])
def test_ports_that_others_made_go_with_what_they_were_made_for(rule: str) -> None:
    of_server = Port("p1", "", "project-9", "server-1", "compute:nova", H1, "ACTIVE")
    of_router = Port("p2", "", "project-9", "r", "network:router_interface", "", "ACTIVE")
    of_test = structs.replace(of_server, uuid="p3", name="tempest-port-7")
    cloud = Cloud(servers=(OLD_SERVER,), projects=BOTH, ports=(of_server, of_router, of_test))
    found = {breach.subject for breach in check(rule, cloud).breaches}
    assert found == {"server-1", "project-9", "p3"}


def test_a_port_of_a_dead_server_is_told_by_its_own_rule_alone() -> None:
    dead = Port("p1", "", "project-9", "gone", "compute:nova", H1, "ACTIVE", LONG_AGO, LONG_AGO)
    cloud = Cloud(projects=BOTH, ports=(dead,))
    assert [breach.subject for breach in check("port_has_device", cloud).breaches] == ["p1"]
    for rule in (LEFT, OUTLIVES):
        assert [breach.subject for breach in check(rule, cloud).breaches] == ["project-9"]


def test_what_stood_at_the_baseline_did_not_outlive_an_iteration() -> None:
    before = Cloud(networks=(OLD_NETWORK,), projects=BOTH)
    around = replace(RUN, baseline=before.snapshot())
    assert judge(RULES[OUTLIVES], before.snapshot(), around).verdict is Verdict.PASS


def test_a_part_of_the_baseline_that_was_not_seen_is_doubted() -> None:
    seen = Cloud().snapshot()
    views = {name: view for name, view in seen.views.items() if name != "networks"}
    around = replace(RUN, baseline=Snapshot(0.0, views))
    said = judge(RULES[OUTLIVES], Cloud(networks=(OLD_NETWORK,)).snapshot(), around)
    assert (said.breaches, said.verdict) == ((), Verdict.UNKNOWN)


def test_each_rule_speaks_of_its_own_time() -> None:
    around = replace(RUN, baseline=Cloud().snapshot())
    assert judge(RULES[LEFT], Cloud().snapshot(), around).skipped
    assert not check(LEFT, Cloud()).skipped
