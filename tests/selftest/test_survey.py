"""What the self-test finds out before it plants anything."""

from dataclasses import dataclass, field
from typing import Any

import pytest

from harness.core.errors import HarnessError
from harness.core.ports import Absent, Unreachable
from harness.selftest.survey import PATIENCE, has_volumes, two_hosts
from tests.toys import FakeClock


@dataclass
class Answering:
    """A cloud that gives its answers in turn, the last for ever; an exception is raised."""

    answers: list[Any]
    asked: list[str] = field(default_factory=list)

    def get(self, service: str, path: str, **_: Any) -> Any:
        self.asked.append(f"{service} {path}")
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer


def _services(**states: str) -> dict[str, Any]:
    rows = [
        {"host": host, "state": said.split()[0], "status": said.split()[1]}
        for host, said in states.items()
    ]
    return {"services": rows}


def test_the_first_two_hosts_that_work() -> None:
    cloud = Answering([_services(c="up enabled", b="down enabled", a="up enabled", d="up enabled")])
    assert two_hosts(cloud, FakeClock()) == ("a", "c")


def test_a_host_that_was_just_started_is_waited_for() -> None:
    late = _services(a="up enabled", b="down enabled")
    clock = FakeClock()
    cloud = Answering([late, late, _services(a="up enabled", b="up enabled")])
    assert two_hosts(cloud, clock) == ("a", "b")
    assert len(clock.sleeps) == 2


@pytest.mark.parametrize(
    ("services", "said"),
    [
        (_services(a="up enabled", b="up disabled"), "a is up and enabled, b is up and disabled"),
        (_services(), "there is no compute host"),
    ],
)
def test_fewer_hosts_are_named_with_their_states(services: dict[str, Any], said: str) -> None:
    clock = FakeClock()
    with pytest.raises(HarnessError, match=said) as raised:
        two_hosts(Answering([services]), clock)
    assert raised.value.exit_code == 2
    assert PATIENCE <= sum(clock.sleeps) <= PATIENCE + 2


@pytest.mark.parametrize("answer", [Unreachable("refused"), {"services": [{"host": "a"}]}, []])
def test_hosts_that_cannot_be_known(answer: Any) -> None:
    with pytest.raises(HarnessError, match="which compute hosts there are is not known"):
        two_hosts(Answering([answer]), FakeClock())


def test_volumes() -> None:
    assert has_volumes(Answering([{"volumes": []}]))
    assert not has_volumes(Answering([Absent("no volume service in the catalog")]))
    with pytest.raises(HarnessError, match="the volume service does not answer: refused"):
        has_volumes(Answering([Unreachable("refused")]))
