"""A breach tells where it comes from, whose it is, what it holds, and what will put it right."""

from dataclasses import replace

import pytest
from msgspec import structs

from harness.core.rules.invariant import Breach, Circumstances, judge
from harness.core.rules.origin import AMOUNTS, Origin
from harness.sources.deleted_servers import DeletedServer
from harness.sources.projects import Project
from tests.invariants.clouds import (
    H1,
    H2,
    RECENT,
    SMALL,
    Cloud,
    allocation,
    domain,
    migration,
    node,
    provider,
    server,
)
from tests.invariants.leaks import LEAKS
from tests.invariants.test_healthy import RULES

TEMPEST = Project("project-9", "tempest-ServersTestJSON-77", "default")
GONE = DeletedServer(
    "gone", "tempest-x", "project-9", "", H1, "instance-1", SMALL, RECENT, RECENT, RECENT
)
ORPHAN = Cloud(domains=(domain("gone"),), projects=(TEMPEST,), others={"deleted_servers": (GONE,)})
NOVAS = (
    "allocation_equals_flavor",
    "allocation_has_consumer",
    "domain_has_server",
    "domain_on_one_host",
    "provider_usage_equals_allocations",
    "server_has_allocation",
    "server_has_domain",
    "task_state_ends",
    "tracker_equals_flavors",
)


def _only(rule: str, cloud: Cloud, around: Circumstances | None = None) -> Breach:
    (breach,) = judge(RULES[rule], cloud.snapshot(), around or Circumstances()).breaches
    return breach


@pytest.mark.parametrize("case", [name for name, leak in LEAKS.items() if leak.rule in NOVAS])
def test_what_nova_lost_track_of_is_the_clouds(case: str) -> None:
    leak = LEAKS[case]
    for breach in judge(RULES[leak.rule], leak.cloud.snapshot(), Circumstances()).breaches:
        foreign = breach.origin is Origin.FOREIGN and "no nova metadata" in breach.message
        assert foreign or breach.origin is Origin.CLOUD_LOST
        assert set(breach.amounts) <= set(AMOUNTS)
        assert all(amount > 0 for amount in breach.amounts.values())


def test_an_orphan_whose_server_nova_knows_as_deleted_is_reaped() -> None:
    breach = _only("domain_has_server", ORPHAN, Circumstances(reaper_interval=90.0))
    assert breach.healing is not None
    assert (breach.healing.within, breach.owner) == (90.0, "by a test (ServersTestJSON)")
    assert "nova knows it as deleted" in breach.message


@pytest.mark.parametrize(
    ("cloud", "interval"),
    [
        (replace(ORPHAN, down=(H1,)), 90.0),
        (replace(ORPHAN, others={}), 90.0),
        (ORPHAN, 0.0),
        (ORPHAN, -1.0),
    ],
)
def test_an_orphan_that_nobody_reaps(cloud: Cloud, interval: float) -> None:
    breach = _only("domain_has_server", cloud, Circumstances(reaper_interval=interval))
    assert breach.healing is None


def test_the_name_in_its_metadata_tells_whose_an_orphan_was() -> None:
    left = Cloud(domains=(domain("gone", server_name="tempest-ServersTest-server-7"),))
    assert _only("domain_has_server", left).owner == "by a test, as its name tells (ServersTest)"
    assert _only("domain_has_server", Cloud(domains=(domain("gone"),))).owner == ""


def test_a_domain_that_is_off_takes_nothing() -> None:
    off = Cloud(domains=(domain("gone", state="shut off"),))
    assert _only("domain_has_server", off).amounts == {}
    on = Cloud(domains=(domain("gone", vcpus=None),))
    assert _only("domain_has_server", on).amounts == {"memory_mb": 512}


def test_power_that_nobody_syncs() -> None:
    off = Cloud(servers=(server(),), domains=(domain(state="shut off"),))
    breach = _only("power_state_is_true", off, Circumstances(power_sync_interval=-1.0))
    assert breach.healing is None


def test_a_server_in_error_is_whose_project_it_is() -> None:
    broken = server(status="ERROR", vm_state="error", project="project-9")
    breach = _only("no_server_in_error", Cloud(servers=(broken,), projects=(TEMPEST,)))
    assert (breach.origin, breach.owner) == (Origin.TEST_LEFT, "by a test (ServersTestJSON)")
    assert breach.amounts == {"vcpus": 1, "memory_mb": 512, "disk_gb": 1}


def test_the_allocation_of_a_move_is_whose_server_it_moved() -> None:
    moved = Cloud(
        servers=(server(project="project-9"),),
        allocations=(allocation("server-1"), allocation("migration-1")),
        migrations=(migration(status="error"),),
        projects=(TEMPEST,),
    )
    assert _only("allocation_has_consumer", moved).owner == "by a test (ServersTestJSON)"


def test_a_changed_cloud_is_another_proof() -> None:
    """Two looks at a host that is busy, each of which finds its row wrong by one server."""
    first = Cloud(servers=(server("a"), server("b")), used={})
    second = Cloud(servers=(server("a"), server("c")), used={})
    rule = "tracker_equals_flavors"
    proofs = [_only(rule, cloud).proof for cloud in (first, second, first)]
    assert proofs[0] == proofs[2] != proofs[1]


def test_a_written_provider_is_another_proof() -> None:
    def look(generation: int) -> str:
        wrong = provider(H1, usages={"VCPU": 1}, generation=generation)
        return _only(
            "provider_usage_equals_allocations", Cloud(providers=(wrong, provider(H2)))
        ).proof

    assert look(7) == look(7) != look(8)


def test_several_nodes_of_one_host_are_several_subjects() -> None:
    other = node(H1, uuid="second", node="second", kind="fake")
    cloud = Cloud(
        nodes=(node(H1, kind="fake", vcpus_used=3), structs.replace(other, vcpus_used=4), node(H2)),
        providers=(provider(H1), provider(H2), provider(H1, uuid="second", name="second")),
    )
    said = judge(RULES["tracker_equals_flavors"], cloud.snapshot(), Circumstances())
    assert [breach.subject for breach in said.breaches] == ["compute1.example.org", "second"]
