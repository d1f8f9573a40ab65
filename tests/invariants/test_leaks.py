"""Every leak that a rule can see is reported, and a rule that sees nothing is found out."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from harness.core.invariant import Breach, Circumstances, Doubt, judge
from harness.core.snapshot import Snapshot
from harness.core.verdict import Verdict
from tests.invariants.clouds import RUN, Cloud
from tests.invariants.leaks import LEAKS, Leak
from tests.invariants.test_healthy import RULES

AROUND = replace(RUN, baseline=Cloud().snapshot())


def _found(leak: Leak, **changes: object) -> list[Breach]:
    law = replace(RULES[leak.rule], **changes)
    said = judge(law, leak.cloud.snapshot(), AROUND)
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
        said = judge(law, LEAKS[case].cloud.snapshot(), AROUND)
        assert not any("the rule itself failed" in doubt.message for doubt in said.doubts)
        assert said.verdict is not Verdict.UNKNOWN or said.doubts
