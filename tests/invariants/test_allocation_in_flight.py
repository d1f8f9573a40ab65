"""A server that changes is doubted only where its allocation is not what it should be."""

from harness.core.rules.verdict import Verdict
from tests.invariants.clouds import H1, H2, LARGE, Cloud, allocation, server
from tests.invariants.test_healthy import check

RULE = "allocation_equals_flavor"
OFF = (server(task="powering-off"),)


def test_the_right_allocation_holds_whatever_is_being_done() -> None:
    assert check(RULE, Cloud(servers=OFF)).verdict is Verdict.PASS


def test_a_wrong_allocation_may_be_on_its_way() -> None:
    for held in (allocation("server-1", H1, LARGE), allocation("server-1", H2)):
        said = check(RULE, Cloud(servers=OFF, allocations=(held,)))
        assert said.breaches == ()
        assert [doubt.passing for doubt in said.doubts] == [True]
