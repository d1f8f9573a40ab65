"""The life of a finding: opened, last seen, closed, and back again."""

from harness.core.findings.findings import follow
from harness.core.iterations.history import Iteration
from harness.core.rules.invariant import Breach, Check, Doubt

RULE = "domain_has_server"
LEAK = Breach("uuid1", "host1", "a domain without a server")


def _check(*said: Breach | Doubt, skipped: str = "") -> tuple[Check, ...]:
    breaches = tuple(item for item in said if isinstance(item, Breach))
    doubts = tuple(item for item in said if isinstance(item, Doubt))
    return (Check(RULE, breaches, doubts, skipped),)


def _lives(*histories: tuple[Check, ...], broken: str = "") -> list[tuple[int, int, int | None]]:
    history = [Iteration(n, 0.0, 0.0, checks) for n, checks in enumerate(histories)]
    if broken:
        history[-1] = Iteration(history[-1].number, 0.0, 0.0, history[-1].checks, broken=broken)
    return [(found.since, found.last, found.closed) for found in follow(history)]


def test_a_breach_that_stays_is_one_finding() -> None:
    assert _lives(_check(), _check(LEAK), _check(LEAK)) == [(1, 2, None)]


def test_it_closes_where_the_rule_is_judged_without_it() -> None:
    assert _lives(_check(), _check(LEAK), _check(), _check()) == [(1, 1, 2)]


def test_one_that_comes_back_is_a_new_finding() -> None:
    assert _lives(_check(LEAK), _check(), _check(LEAK)) == [(0, 0, 1), (2, 2, None)]


def test_the_same_thing_on_another_host_is_another_finding() -> None:
    moved = Breach("uuid1", "host2", "a domain without a server")
    assert _lives(_check(LEAK), _check(moved)) == [(0, 0, 1), (1, 1, None)]


def test_an_unknown_rule_neither_closes_nor_confirms() -> None:
    unseen = Doubt("host1", "host1", "not seen")
    assert _lives(_check(LEAK), _check(unseen), _check(LEAK)) == [(0, 2, None)]
    assert _lives(_check(LEAK), (), _check(LEAK)) == [(0, 2, None)]
    assert _lives(_check(LEAK), _check(skipped="no run"), _check(LEAK)) == [(0, 2, None)]


def test_another_breach_does_not_close_what_was_not_seen() -> None:
    other = Breach("uuid2", "host2", "another")
    assert (0, 0, None) in _lives(_check(LEAK), _check(other, Doubt("host1", "host1", "gap")))
    assert (0, 0, None) in _lives(_check(LEAK), _check(other, Doubt("uuid1", "host1", "in flight")))
    assert (0, 0, None) in _lives(_check(LEAK), _check(other, Doubt("projects", "", "unknown")))


def test_a_doubt_about_something_else_lets_it_close() -> None:
    other = Breach("uuid2", "host2", "another")
    lives = _lives(_check(LEAK), _check(other, Doubt("uuid3", "host3", "busy", passing=True)))
    assert (0, 0, 1) in lives


def test_torn_evidence_closes_nothing() -> None:
    assert _lives(_check(LEAK), _check(), broken="capture-002 cannot be read") == [(0, 0, None)]


def test_a_finding_of_the_baseline_says_so() -> None:
    history = [Iteration(0, 0.0, 0.0, _check(LEAK))]
    assert [found.in_baseline for found in follow(history)] == [True]
