"""A cloud without a leak keeps every rule quiet."""

from dataclasses import replace

import pytest

import harness.invariants
from harness.core.rules.invariant import Check, Circumstances, Invariant, judge
from harness.core.rules.verdict import Verdict
from harness.core.views.catalog import declared
from tests.invariants.clouds import RUN, Cloud
from tests.invariants.database_leaks import BUSY_DATABASES, QUIET_DATABASES
from tests.invariants.domain_volumes import BUSY_VOLUMES, QUIET_VOLUMES
from tests.invariants.healthy import BUSY as BUSY_NOVA
from tests.invariants.healthy import QUIET as QUIET_NOVA
from tests.invariants.healthy import TROUBLED as TROUBLED_NOVA
from tests.invariants.healthy_hosts import BUSY_HOSTS, QUIET_HOSTS
from tests.invariants.healthy_networks import BUSY_NETWORKS, QUIET_NETWORKS
from tests.invariants.healthy_things import BUSY_THINGS, QUIET_THINGS, TROUBLED_THINGS
from tests.invariants.odd_clouds import BUSY_ODD, QUIET_ODD
from tests.invariants.own_leaks import QUIET_OWN

QUIET = QUIET_NOVA | QUIET_NETWORKS | QUIET_THINGS | QUIET_ODD | QUIET_HOSTS | QUIET_OWN
QUIET |= QUIET_DATABASES | QUIET_VOLUMES
TROUBLED = TROUBLED_NOVA | TROUBLED_THINGS
BUSY = BUSY_NOVA | BUSY_NETWORKS | BUSY_THINGS | BUSY_ODD | BUSY_HOSTS
BUSY |= BUSY_DATABASES | BUSY_VOLUMES
RULES = declared(harness.invariants, Invariant, "harness.invariants")


def around(law: Invariant) -> Circumstances:
    """Return what a rule is judged in: the run, or no run where it speaks of a cloud at rest."""
    return Circumstances() if law.only_at_rest else replace(RUN, baseline=Cloud().snapshot())


def check(rule: str, cloud: Cloud) -> Check:
    return judge(RULES[rule], cloud.snapshot(), around(RULES[rule]))


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("case", QUIET)
def test_a_quiet_cloud_passes(rule: str, case: str) -> None:
    said = check(rule, QUIET[case])
    assert (said.breaches, said.doubts) == ((), ())


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("case", TROUBLED)
def test_trouble_breaks_one_rule_alone(rule: str, case: str) -> None:
    cloud, broken = TROUBLED[case]
    assert check(rule, cloud).verdict is (Verdict.FAIL if rule == broken else Verdict.PASS)


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("case", BUSY)
def test_a_busy_cloud_is_doubted_at_most(rule: str, case: str) -> None:
    said = check(rule, BUSY[case])
    assert said.breaches == ()
    assert all(doubt.passing for doubt in said.doubts)
