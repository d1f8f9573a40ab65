"""What was not seen is never a PASS."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

import pytest
from msgspec import structs

from harness.core.rules.invariant import (
    Breach,
    Check,
    Circumstances,
    Doubt,
    Invariant,
    invariant,
    judge,
)
from harness.core.rules.verdict import Verdict
from harness.core.views.snapshot import Snapshot, View
from tests.invariants.clouds import (
    H1,
    H2,
    NOW,
    RUN,
    Cloud,
    allocation,
    domain,
    node,
    server,
    service,
)
from tests.invariants.host_leaks import HOST_LEAKS, PLUGGED, holding
from tests.invariants.hosts import directory, disk
from tests.invariants.leaks import LEAKS
from tests.invariants.test_healthy import RULES, around

NEEDS = [(rule, view) for rule, law in RULES.items() for view in law.needs]
NEVER_PLUGGED = "a port of a running server that was never plugged"
FULL = Cloud(servers=(server(), server("server-2", H2)))
AROUND = replace(RUN, baseline=Cloud().snapshot())


class Noted(dict[str, View]):
    """Views that remember which of them were looked at."""

    def __init__(self, views: Mapping[str, View]) -> None:
        super().__init__(views)
        self.looked: set[str] = set()

    def get(self, name: str, default: object = None) -> object:  # type: ignore[override]
        self.looked.add(name)
        return super().get(name)


def _judge(rule: str, cloud: Cloud) -> Check:
    return judge(RULES[rule], cloud.snapshot(), AROUND)


@pytest.mark.parametrize(("rule", "view"), NEEDS)
def test_no_rule_passes_without_a_view_that_it_needs(rule: str, view: str) -> None:
    said = _judge(rule, replace(FULL, gaps={view: {"": "HTTP 500"}}))
    assert said.verdict is Verdict.UNKNOWN
    assert [doubt.message for doubt in said.doubts] == [f"{view} was not seen: HTTP 500"]
    assert not said.doubts[0].passing


@pytest.mark.parametrize(("rule", "view"), NEEDS)
def test_no_rule_passes_where_a_view_was_never_asked_for(rule: str, view: str) -> None:
    snapshot = FULL.snapshot()
    views = {name: seen for name, seen in snapshot.views.items() if name != view}
    assert judge(RULES[rule], Snapshot(0.0, views), AROUND).verdict is Verdict.UNKNOWN


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_looks_at_no_view_that_it_does_not_declare(rule: str) -> None:
    for cloud in (FULL, *(leak.cloud for leak in LEAKS.values())):
        views = Noted(cloud.snapshot().views)
        list(RULES[rule].rule(Snapshot(NOW, views), around(RULES[rule])))
        law = RULES[rule]
        assert views.looked <= {*law.needs, *law.also, *law.beside}


@pytest.mark.parametrize(
    ("rule", "view"), [(rule, view) for rule, law in RULES.items() for view in law.beside]
)
def test_a_view_that_only_tells_more_costs_no_verdict(rule: str, view: str) -> None:
    assert _judge(rule, replace(FULL, gaps={view: {"": "HTTP 500"}})).verdict is Verdict.PASS


@pytest.mark.parametrize("rule", [name for name, law in RULES.items() if "domains" in law.needs])
def test_a_host_that_was_not_seen_dooms_its_own_pass_alone(rule: str) -> None:
    said = _judge(rule, replace(FULL, gaps={"domains": {H2: "no route"}}))
    assert said.verdict is Verdict.UNKNOWN
    assert [(doubt.subject, doubt.host) for doubt in said.doubts] == [(H2, H2)]
    assert "domains on compute2 was not seen: no route" in said.doubts[0].message


def test_a_leak_on_a_host_that_was_seen_is_reported_beside_the_gap() -> None:
    said = _judge(
        "domain_has_server", Cloud(domains=(domain("gone"),), gaps={"domains": {H2: "no route"}})
    )
    assert said.verdict is Verdict.FAIL
    assert [doubt.host for doubt in said.doubts] == [H2]


def test_a_directory_that_was_not_read_is_unknown_by_its_name_alone() -> None:
    """What else is on the host is judged, and so is whose the directory is."""
    full = disk("server-1/", H1, format="", backing="", unread="it has more than 10000 things")
    lost = disk("server-2/disk", H1, backing_there=False)
    held = holding(
        Cloud(
            servers=(server(), server("server-2")),
            nodes=(node(H1, disk_available_least=900), node(H2)),
        ),
        instance_disks=(full, lost),
        instance_directories=(structs.replace(directory("gone", H1), unread=full.unread),),
    )
    cloud = replace(held, domains=(domain(), domain("server-2")))
    said = _judge("backing_file_is_there", cloud)
    assert [breach.subject for breach in said.breaches] == ["server-2/disk"]
    assert [doubt.message for doubt in said.doubts] == [
        "server-1/ on compute1 cannot be read: it has more than 10000 things"
    ]
    (breach,) = _judge("instance_directory_has_server", cloud).breaches
    assert breach.subject == "gone"
    doubts = _judge("disk_available_is_true", cloud).doubts
    assert [doubt.message for doubt in doubts] == [
        "what compute1 has left cannot be told: server-1/ cannot be read"
    ]


def test_a_server_on_a_host_that_nova_does_not_list_cannot_be_looked_for() -> None:
    lost = server(host="compute9")
    cloud = Cloud(servers=(lost,), domains=(), allocations=(allocation("server-1", "compute9"),))
    (doubt,) = _judge("server_has_domain", cloud).doubts
    assert (doubt.subject, doubt.host, doubt.passing) == ("server-1", "compute9", False)
    assert _judge("server_has_allocation", cloud).verdict is Verdict.PASS


def test_a_tracker_without_a_provider_cannot_be_judged() -> None:
    said = _judge("tracker_equals_flavors", replace(FULL, providers=()))
    assert said.verdict is Verdict.UNKNOWN
    assert not any(doubt.passing for doubt in said.doubts)


def test_no_audit_mends_the_row_of_a_host_that_is_down() -> None:
    wrong = Cloud(servers=(server(),), used={}, down=(H1,))
    forced = replace(wrong, down=(), services=(service(H1, forced_down=True), service(H2)))
    for cloud in (wrong, forced):
        (breach,) = _judge("tracker_equals_flavors", cloud).breaches
        assert "does not report" in breach.message
        assert not breach.heals_at_audit


def test_projects_are_not_judged_without_a_baseline() -> None:
    rule = RULES["nothing_outlives_its_iteration"]
    for baseline in (None, Snapshot(0.0, {})):
        said = judge(rule, FULL.snapshot(), replace(RUN, baseline=baseline))
        assert said.verdict is Verdict.UNKNOWN


def test_a_rule_of_runs_is_skipped_outside_of_one() -> None:
    rule = RULES["nothing_outlives_its_iteration"]
    said = judge(rule, FULL.snapshot(), Circumstances())
    assert said.skipped


def test_a_rule_that_crashes_is_unknown() -> None:
    @invariant("servers")
    def crashes(_snapshot: Snapshot, _circumstances: Circumstances) -> Iterator[Breach | Doubt]:
        """It never does."""
        yield Breach("a", "", "seen before the crash")
        raise RuntimeError("surprise")

    said = judge(crashes, FULL.snapshot(), AROUND)
    assert said.verdict is Verdict.UNKNOWN
    assert "RuntimeError: surprise" in said.doubts[0].message


def test_a_rule_states_its_truth() -> None:
    def silent(_snapshot: Snapshot, _circumstances: Circumstances) -> Iterator[Breach | Doubt]:
        yield from ()

    with pytest.raises(TypeError, match="states no truth"):
        invariant("servers")(silent)
    assert all(law.truth.endswith(".") and "\n" not in law.truth for law in RULES.values())
    assert all(isinstance(law, Invariant) and law.name == name for name, law in RULES.items())


def test_a_path_in_which_nothing_of_novas_is_seen_is_no_proof_that_files_are_gone() -> None:
    nothing = {"instance_directories": (), "instance_disks": (), "cached_images": ()}
    (doubt,) = _judge("server_has_directory", Cloud(servers=(server(),), others=nothing)).doubts
    assert "is it nova's path?" in doubt.message
    assert not doubt.passing


def test_a_network_in_which_no_port_is_seen_is_no_proof_that_one_is_not_plugged() -> None:
    cloud = Cloud(servers=(server(),), ports=(PLUGGED,))
    (doubt,) = _judge("port_has_interface", cloud).doubts
    assert "is it nova's network?" in doubt.message
    assert not doubt.passing


@pytest.mark.parametrize("view", ["host_interfaces", "ovs_interfaces", "domains"])
def test_a_host_that_was_not_seen_says_nothing_of_its_ports(view: str) -> None:
    cloud = replace(HOST_LEAKS[NEVER_PLUGGED].cloud, gaps={view: {H1: "no route to host"}})
    said = _judge("port_has_interface", cloud)
    assert said.verdict is Verdict.UNKNOWN
    assert said.breaches == ()


def test_attaching_a_port_is_no_task_and_is_given_a_minute() -> None:
    (breach,) = _judge("port_has_interface", HOST_LEAKS[NEVER_PLUGGED].cloud).breaches
    assert breach.stands_for == 60.0
