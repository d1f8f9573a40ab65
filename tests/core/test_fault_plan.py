"""A plan of faults is read whole or not at all; what is wrong is told, a line for each step."""

from typing import Any

import pytest

from harness.core.faults.fault_plan import PlanError, Step, plan_from, step_from

KILL = {"at": {"iteration": "2"}, "do": {"lab": {"kill": "nova-api"}}}
TOUCH = {"at": {"after": "90s"}, "do": {"make": "touch a", "heal": ["rm", "a b"]}}


def plan(*steps: Any, **more: Any) -> tuple[Step, ...]:
    return plan_from({"steps": list(steps), **more})


def test_a_step_in_the_lab() -> None:
    (step,) = plan({**KILL, "name": "api", "for": "1m", "recovers_within": "5m"})
    assert (step.kind, step.action, step.target) == ("lab", "kill", "nova-api")
    assert (step.iteration, step.lasts, step.recovers_within) == (2, 60.0, 300.0)
    assert step.does == "kill nova-api of the lab"


def test_commands_are_words_that_no_shell_reads() -> None:
    (step,) = plan({**TOUCH, "do": {"make": "ssh host 'a; b'", "heal": ["rm", "a b"]}})
    assert step.make == ("ssh", "-o", "BatchMode=yes", "host", "a; b")
    assert step.heal == ("rm", "a b")
    assert not step.by_itself


def test_a_fault_that_goes_by_itself() -> None:
    (step,) = plan({**TOUCH, "do": {"make": "reboot", "heal": "by itself"}})
    assert (step.by_itself, step.heal) == (True, ())


def test_what_the_plan_says_is_for_each_step() -> None:
    first, second = plan(KILL, {**TOUCH, "recovers_within": "10s"}, recovers_within="2m")
    assert (first.recovers_within, second.recovers_within) == (120.0, 10.0)
    assert [step.name for step in (first, second)] == ["step 1", "step 2"]
    assert plan(KILL, leftovers="fail")[0].leftovers_fail


def test_a_step_is_stored_and_read_again() -> None:
    for step in plan(KILL, TOUCH):
        stored = {k: list(v) if isinstance(v, tuple) else v for k, v in step.as_json().items()}
        assert step_from(stored) == step


@pytest.mark.parametrize(
    ("at", "now", "iteration", "due"),
    [
        ({"iteration": "2"}, 0, 1, False),
        ({"iteration": "2"}, 100, 2, True),
        ({"iteration": "2", "after": "10s"}, 109, 2, False),
        ({"iteration": "2", "after": "10s"}, 110, 2, True),
        ({"iteration": "2", "after": "1h"}, 110, 3, True),
        ({"after": "90s"}, 89, 1, False),
        ({"after": "90s"}, 90, 1, True),
        ({"after": "90s"}, 900, 0, False),
    ],
)
def test_when_it_is_due(at: dict[str, str], now: float, iteration: int, due: bool) -> None:
    (step,) = plan({**KILL, "at": at})
    assert step.due(now, 0.0, iteration, 100.0) is due


@pytest.mark.parametrize(
    ("step", "told"),
    [
        ("kill", "no mapping"),
        ({**KILL, "colour": "red"}, "'colour' is no part of a step"),
        ({"do": KILL["do"]}, "'at' is missing"),
        ({"at": KILL["at"]}, "'do' is missing"),
        ({**KILL, "at": "2"}, "'at' should be"),
        ({**KILL, "at": {"day": "2"}}, "'day' is no part of 'at'"),
        ({**KILL, "at": {"iteration": "0"}}, "expected a number from 1 on"),
        ({**KILL, "at": {"after": "-5s"}}, "a time is not negative"),
        ({**KILL, "at": {"after": "soon"}}, "expected a time"),
        ({**KILL, "for": "-1m"}, "a time is not negative"),
        ({**KILL, "for": "10000h"}, "up to 168h"),
        ({**KILL, "recovers_within": "0"}, "nothing can recover"),
        ({**KILL, "do": {"lab": {"explode": "nova-api"}}}, "the lab knows no 'explode'"),
        ({**KILL, "do": {"lab": {"kill": ""}}}, "needs the name"),
        ({**KILL, "do": {"lab": "kill"}}, "one deed"),
        ({**KILL, "do": {"lab": {"restart": "a"}}, "for": "5s"}, "a restart does not last"),
        ({**KILL, "do": {"lab": {"kill": "a"}, "heal": "b"}}, "knows how to heal"),
        ({**TOUCH, "do": {"make": "touch a"}}, "'heal' is missing"),
        ({**TOUCH, "do": {"heal": "rm a"}}, "'make' is missing"),
        ({**TOUCH, "do": {"make": "'touch", "heal": "rm a"}}, "quot"),
        ({**TOUCH, "do": {"make": "", "heal": "rm a"}}, "no command"),
        (
            {**TOUCH, "do": {"make": "ssh -oStrictHostKeyChecking=no h a", "heal": "b"}},
            "host's key",
        ),
        ({**KILL, "name": "a\x1b[2J"}, "'name' may have"),
    ],
)
def test_what_is_wrong_is_told_with_the_step(step: Any, told: str) -> None:
    with pytest.raises(PlanError) as error:
        plan(TOUCH, step)
    (line,) = str(error.value).splitlines()
    assert line.startswith("step 2")
    assert told in line


def test_each_wrong_step_has_its_line() -> None:
    with pytest.raises(PlanError) as error:
        plan({**KILL, "for": "-1"}, KILL, {**KILL, "at": {}}, colour="red")
    lines = str(error.value).splitlines()
    assert [line.split(":")[0].split(" is ")[0] for line in lines] == [
        "'colour'",
        "step 1",
        "step 3",
    ]


@pytest.mark.parametrize("data", [None, [], {}, {"steps": []}, {"steps": "a"}, {"step": [KILL]}])
def test_what_is_no_plan(data: Any) -> None:
    with pytest.raises(PlanError):
        plan_from(data)


def test_a_name_is_there_once() -> None:
    with pytest.raises(PlanError, match="two steps are named 'a'"):
        plan({**KILL, "name": "a"}, {**TOUCH, "name": "a"})


def test_a_limit_may_be_in_iterations() -> None:
    first, second, third = plan(
        KILL,
        {**TOUCH, "recovers_within": "1 iteration"},
        {**TOUCH, "name": "third", "recovers_within": "5m"},
        recovers_within="3 iterations",
    )
    assert [(s.recovers_in, s.limit) for s in (first, second, third)] == [
        (3, "3 iterations"),
        (1, "1 iteration"),
        (0, "300 s"),
    ]
    assert step_from(first.as_json()) == first


@pytest.mark.parametrize(
    "limit", ["0 iterations", "-1 iterations", "1.5 iterations", "x iterations"]
)
def test_a_limit_in_iterations_is_a_whole_number(limit: str) -> None:
    with pytest.raises(PlanError, match="recovers_within"):
        plan({**KILL, "recovers_within": limit})
