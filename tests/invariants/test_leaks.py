"""Every leak that a rule can see is reported, and a rule that sees nothing is found out."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from harness.core.rules.invariant import Breach, Circumstances, Doubt, judge
from harness.core.rules.origin import Origin
from harness.core.rules.verdict import Verdict
from harness.core.views.snapshot import Snapshot
from tests.invariants.database_leaks import DATABASE_LEAKS
from tests.invariants.domain_volumes import VOLUME_LEAKS
from tests.invariants.host_leaks import HOST_LEAKS
from tests.invariants.leaks import LEAKS as OF_NOVA
from tests.invariants.leaks import Leak
from tests.invariants.leaks_things import THING_LEAKS
from tests.invariants.network_leaks import NETWORK_LEAKS
from tests.invariants.odd_clouds import ODD_LEAKS
from tests.invariants.own_leaks import OWN_LEAKS
from tests.invariants.residue_leaks import RESIDUE_LEAKS
from tests.invariants.test_healthy import RULES, around

SMALL = {"vcpus": 1, "memory_mb": 512, "disk_gb": 1}
LEAKS = OF_NOVA | NETWORK_LEAKS | RESIDUE_LEAKS | THING_LEAKS | ODD_LEAKS | HOST_LEAKS | OWN_LEAKS
LEAKS |= DATABASE_LEAKS | VOLUME_LEAKS


def _found(leak: Leak, **changes: object) -> list[Breach]:
    law = replace(RULES[leak.rule], **changes)
    said = judge(law, leak.cloud.snapshot(), around(law))
    return [
        item for item in said.breaches if (item.subject, item.host) == (leak.subject, leak.host)
    ]


@pytest.mark.parametrize("case", LEAKS)
def test_a_leak_is_reported(case: str) -> None:
    leak = LEAKS[case]
    (breach,) = _found(leak)
    assert [word for word in leak.words if word not in breach.message] == []
    assert breach.heals_at_audit == leak.heals_at_audit
    assert breach.views
    assert leak.origin in (None, breach.origin)
    assert leak.amounts in (None, breach.amounts)
    assert leak.heals_within in (None, breach.healing.within if breach.healing else 0)


@pytest.mark.parametrize("rule", RULES)
def test_a_blind_rule_would_be_found_out(rule: str) -> None:
    def blind(_snapshot: Snapshot, _circumstances: Circumstances) -> Iterator[Breach | Doubt]:
        yield from ()

    theirs = [leak for leak in LEAKS.values() if leak.rule == rule]
    assert theirs
    assert not any(_found(leak, rule=blind) for leak in theirs)


@pytest.mark.parametrize("case", LEAKS)
def test_a_leak_is_no_reason_for_a_rule_to_crash(case: str) -> None:
    for law in RULES.values():
        said = judge(law, LEAKS[case].cloud.snapshot(), around(law))
        assert not any("the rule itself failed" in doubt.message for doubt in said.doubts)
        assert said.verdict is not Verdict.UNKNOWN or said.doubts


@pytest.mark.parametrize("case", NETWORK_LEAKS)
def test_what_neutron_keeps_for_no_server_is_the_clouds(case: str) -> None:
    (breach,) = _found(LEAKS[case])
    assert breach.origin is Origin.CLOUD_LOST
    assert breach.owner == "by somebody in project 'demo'"


@pytest.mark.parametrize("case", RESIDUE_LEAKS)
def test_what_a_test_left_is_the_tests(case: str) -> None:
    (breach,) = _found(LEAKS[case])
    unknown = LEAKS[case].rule == "nothing_left_behind" and "is gone" in breach.owner
    lost = Origin.CLOUD_LOST if "it has been" in breach.message else Origin.TEST_LEFT
    assert breach.origin is (Origin.UNKNOWN if unknown else lost)
    assert breach.owner
    assert breach.amounts == (SMALL if breach.host else {})
