import datetime
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

import pytest

from harness.lab import readiness
from harness.lab.readiness import AGENTS, NotReady

NOON = "2026-11-23T12:00:00.000000"
NOON_UNIX = int(datetime.datetime(2026, 11, 23, 12, tzinfo=datetime.UTC).timestamp())


@dataclass(frozen=True)
class Agent:
    binary: str
    host: str
    state: str = "up"
    updated_at: str | None = NOON
    is_forced_down: bool = False


FAKES = (Agent("nova-compute", "fake1"), Agent("nova-compute", "fake2"))
CINDER = (Agent("cinder-scheduler", "lab"), Agent("cinder-volume", "lab@file"))
ALL = (
    Agent("nova-conductor", "machine"),
    Agent("nova-scheduler", "machine"),
    Agent("nova-compute", "compute1"),
    Agent("nova-compute", "compute2"),
)


def cloud_with(
    *agents: Agent, cinder: tuple[Agent, ...] = CINDER, fakes: tuple[Agent, ...] = FAKES
) -> SimpleNamespace:
    return SimpleNamespace(
        compute=SimpleNamespace(services=lambda: (*agents, *fakes)),
        block_storage=SimpleNamespace(services=lambda: cinder),
    )


def test_agents_that_reported_after_their_start_are_up() -> None:
    started = dict.fromkeys(AGENTS, NOON_UNIX - 1)
    readiness.agents_up(cloud_with(*ALL), {**started, "keystone": NOON_UNIX + 99})


def test_the_report_of_a_killed_predecessor_does_not_count() -> None:
    started = {**dict.fromkeys(AGENTS, NOON_UNIX - 1), "nova-compute-2": NOON_UNIX}
    with pytest.raises(NotReady, match="nova-compute-2: it has not reported"):
        readiness.agents_up(cloud_with(*ALL), started)


def test_an_agent_that_was_forced_down_looks_down_and_yet_reports() -> None:
    forced = Agent("nova-compute", "compute2", "down", is_forced_down=True)
    readiness.agents_up(cloud_with(*ALL[:3], forced), dict.fromkeys(AGENTS, NOON_UNIX - 1))
    with pytest.raises(NotReady, match="nova-compute-2: it has not reported"):
        readiness.agents_up(cloud_with(*ALL[:3], forced), {"nova-compute-2": NOON_UNIX})


def test_an_agent_that_is_down_never_reported_or_is_not_listed_is_named() -> None:
    started = dict.fromkeys(AGENTS, 0)
    with pytest.raises(NotReady, match="nova-conductor: it has not"):
        readiness.agents_up(cloud_with(Agent("nova-conductor", "m", "down"), *ALL[1:]), started)
    with pytest.raises(NotReady, match="nova-scheduler: it has not"):
        never = Agent("nova-scheduler", "m", "up", None)
        readiness.agents_up(cloud_with(ALL[0], never, *ALL[2:]), started)
    with pytest.raises(NotReady, match="nova-compute-2: nova does not list it"):
        readiness.agents_up(cloud_with(*ALL[:3]), started)


def test_cinders_services_are_asked_of_cinder() -> None:
    started = dict.fromkeys(AGENTS, NOON_UNIX - 1)
    with pytest.raises(NotReady, match="cinder-volume: cinder does not list it"):
        readiness.agents_up(cloud_with(*ALL, cinder=CINDER[:1]), started)
    down = Agent("cinder-volume", "lab@file", "down")
    with pytest.raises(NotReady, match="cinder-volume: it has not reported to cinder"):
        readiness.agents_up(cloud_with(*ALL, cinder=(CINDER[0], down)), started)


def test_each_fake_host_must_have_reported() -> None:
    fakes = (FAKES[0], Agent("nova-compute", "fake2", "down"))
    with pytest.raises(NotReady, match="nova-compute-fake: it has not reported"):
        readiness.agents_up(cloud_with(*ALL, fakes=fakes), {"nova-compute-fake": 0})
    readiness.agents_up(cloud_with(*ALL, fakes=fakes), {"nova-compute-2": 0})


def test_nobody_is_asked_for_services_that_were_not_started() -> None:
    readiness.agents_up(SimpleNamespace(), {"keystone": NOON_UNIX})


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "(empty)"),
        ("\n\n", "(empty)"),
        ("one\ntwo\n\n", "two"),
        ("a ERROR b\nthen this\n", "a ERROR b"),
        ("x\n2026: 1: error : no disk\ninfo", "2026: 1: error : no disk"),
    ],
)
def test_the_last_meaningful_line(tmp_path: Path, text: str, expected: str) -> None:
    log = tmp_path / "x.log"
    log.write_text(text)
    assert readiness.last_meaningful_line(log) == expected


def test_a_log_that_is_not_there_is_said(tmp_path: Path) -> None:
    assert readiness.last_meaningful_line(tmp_path / "none.log") == "(no log)"
